// require("express")
console.log("express next nuxt");
