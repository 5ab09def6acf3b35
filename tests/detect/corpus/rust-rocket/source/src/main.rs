#[launch]
fn rocket() -> _ { rocket::build() }
