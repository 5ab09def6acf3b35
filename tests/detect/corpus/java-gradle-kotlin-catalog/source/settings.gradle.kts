rootProject.name = "basket"
