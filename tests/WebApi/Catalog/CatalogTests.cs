using System.Net;
using System.Text.Json;
using Orrery.Interfaces.Catalog;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Catalog;

[Collection(ApiCollection.Name)]
public sealed class CatalogTests(ApiHost host)
{
    [Fact]
    public async Task An_entity_is_found_described_and_drawn_with_its_neighbours()
    {
        string order = await RegisterAsync(new EntityDraft(EntityKind.Table, "shop.T_SAL_ORDER", EntityLayer.Ods, Place: "mariadb, shop"));
        string topic = await RegisterAsync(new EntityDraft(EntityKind.Topic, "gqsh_order", EntityLayer.Ods, Upstream: [order]));
        string wide = await RegisterAsync(new EntityDraft(EntityKind.View, "dwd_gqsh_order", EntityLayer.Dwd, Owner: "data team", Upstream: [topic]));
        await host.Grains.GetGrain<IEntityGrain>(CatalogKeys.Entity("acme", topic)).SetSchema(new SchemaDraft(0xfeed_beef_0000_0001, [new("FID", "int64", "bigint(20)", false, 1)], "shop", "T_SAL_ORDER"));

        JsonElement found = await host.AcmeViewer.ReadAsync("/api/v1/catalog?q=order&kind=table");
        found.GetProperty("items").EnumerateArray().Select(entity => entity.GetProperty("name").GetString()).ShouldBe(["shop.T_SAL_ORDER"]);
        (await host.AcmeViewer.ReadAsync("/api/v1/catalog?layer=dwd&owner=data%20team")).GetProperty("items").GetArrayLength().ShouldBe(1);
        JsonElement view = await host.AcmeViewer.ReadAsync($"/api/v1/catalog/acme/{topic}");
        view.GetProperty("schemas")[0].GetProperty("fingerprint").GetString().ShouldBe("feedbeef00000001");
        JsonElement around = await host.AcmeViewer.ReadAsync($"/api/v1/catalog/acme/{topic}/neighbourhood?distance=1");
        around.GetProperty("entities").EnumerateArray().Select(entity => entity.GetProperty("id").GetString()).ShouldBe([order, topic, wide]);
        around.GetProperty("links").GetArrayLength().ShouldBe(2);
        (await host.AcmeViewer.ReadAsync("/api/v1/catalog/acme/schemas/feedbeef00000001")).GetProperty("entity").GetString().ShouldBe(topic);

        string path = $"/api/v1/catalog/acme/{wide}";
        JsonElement described = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, path, new { layer = "ads", owner = "shop team", description = "Orders, wide." });
        described.GetProperty("layer").GetString().ShouldBe("ads");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, path, new { layer = "ads" }, ("If-Match", "\"1\""));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, path, new { owner = "nobody" });
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/catalog?kind=spreadsheet");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, path);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
    }

    [Fact]
    public async Task Nobody_sees_the_entities_of_another_tenant()
    {
        string id = await RegisterAsync(new EntityDraft(EntityKind.Files, "secret-files"));
        foreach (string path in new[] { $"/api/v1/catalog/acme/{id}", $"/api/v1/catalog/acme/{id}/neighbourhood", "/api/v1/catalog?tenant=acme", "/api/v1/catalog/acme/schemas/1" })
            await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
        (await host.GlobexAdministrator.ReadAsync("/api/v1/catalog")).GetRawText().ShouldNotContain("secret-files");
        JsonElement all = await host.Operator.ReadAsync("/api/v1/catalog?limit=1&q=secret-files");
        all.GetProperty("items")[0].GetProperty("tenant").GetString().ShouldBe("acme");
    }

    async Task<string> RegisterAsync(EntityDraft draft)
    {
        string id = CatalogKeys.Id(draft.Kind, draft.Name);
        await host.Grains.GetGrain<IEntityGrain>(CatalogKeys.Entity("acme", id)).Register(draft);
        return id;
    }
}
