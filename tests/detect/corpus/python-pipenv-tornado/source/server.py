import tornado.web


def main():
    app = tornado.web.Application([])
    app.listen(8888)
