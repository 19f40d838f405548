def test_it(ask):
    import json
    for q in ('{games{nodes{appId title developer{name} inCatalogue similarGames(first:50){game{appId} score source sharedPlayers}}}}','{users{nodes{userId recommendations{game{appId} score source}}}}','{game(appId:"901"){title similarGames{game{appId}source}}}','{dataset{games users reviews playRows crawlYear coverage{undatedGames}}}'):
        print(json.dumps(ask(q)).replace('{"appId"','\n{"appId"').replace('{"userId"','\n{"userId"'))
def test_http(client):
    r=client.get("/healthz"); print(r, r.headers, r.json())
