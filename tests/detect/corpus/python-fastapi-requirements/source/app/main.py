import fastapi

api = fastapi.FastAPI(title="x")
