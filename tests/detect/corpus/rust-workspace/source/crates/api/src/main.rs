fn main() { warp::serve(routes).run(([0, 0, 0, 0], 3030)); }
