plugins {
    alias(libs.plugins.spring.boot)
    kotlin("jvm") version "1.9.22"
}

version = "0.1"

kotlin {
    jvmToolchain(17)
}

dependencies {
    implementation(libs.spring.web)
    implementation(libs.mongo)
}
