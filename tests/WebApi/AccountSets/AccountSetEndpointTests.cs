using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.AccountSets;

/// <summary>Products and account sets over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class AccountSetEndpointTests(ApiHost host)
{
    const string Sets = "/api/v1/tenants/acme/sites/berlin/account-sets";

    [Fact]
    public async Task An_account_set_is_registered_reported_and_found_and_others_see_nothing_of_it()
    {
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Sets + "/s01", new { name = "Head office", databases = new[] { new { kind = "sqlserver", server = "db-1", name = "AIS01" } } });
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/account-sets", new { server = "erp-01", accountSets = new object[] { new { number = "s01", name = "Main office", databases = new[] { new { kind = "sqlserver", server = "db-1", name = "AIS01", sizeBytes = 4096 } } }, new { number = "s02", name = "Test" } } });
        JsonElement one = await host.AcmeViewer.ReadAsync(Sets + "/s01");
        one.GetProperty("drift")[0].GetRawText().ShouldBe("""{"field":"name","registered":"Head office","reported":"Main office"}""");
        JsonElement page = await host.Operator.ReadAsync("/api/v1/account-sets?limit=1&site=acme/berlin");
        page.GetProperty("items")[0].GetProperty("key").GetString().ShouldBe("acme/berlin/s01");
        page = await host.Operator.ReadAsync($"/api/v1/account-sets?limit=1&cursor={Uri.EscapeDataString(page.GetProperty("next").GetString()!)}");
        (page.GetProperty("items")[0].GetProperty("key").GetString(), page.GetProperty("total").GetInt32()).ShouldBe(("acme/berlin/s02", 2));
        (await host.Operator.ReadAsync("/api/v1/account-sets?standing=drifted&q=main")).GetProperty("total").GetInt32().ShouldBe(1);
        (await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/account-sets?standing=lost")).GetProperty("detail").GetString()!.ShouldContain("agreed, drifted, unreported, unregistered");
        (await host.GlobexAdministrator.ReadAsync("/api/v1/account-sets")).GetProperty("total").GetInt32().ShouldBe(0);
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Sets);
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/account-sets?tenant=acme");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/tenants/acme/sites/nowhere/account-sets");
        (await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Sets + "/s03", new { name = "x", databases = new[] { new { kind = "dbase", server = "a", name = "b" } } })).GetProperty("detail").GetString()!.ShouldContain("dbase");
        (await host.Operator.ReadAsync("/api/v1/tenants/acme/audit")).GetRawText().ShouldContain("Head office");
    }

    [Fact]
    public async Task Everybody_reads_the_register_of_products_and_the_vendor_changes_it()
    {
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, "/api/v1/products/till", new { name = "Till" });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/api/v1/products/till", new { name = "Till", modules = new[] { new { id = "pos", name = "POS" } }, versions = new object[] { new { id = "1.0", supportEnds = "2020-01-01T00:00:00Z" } } });
        try
        {
            (await host.AcmeViewer.ReadAsync("/api/v1/products/till")).GetProperty("versions")[0].GetProperty("state").GetString().ShouldBe("ended");
            await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, "/api/v1/products/till", new { name = "Till" }, ("If-Match", "\"9\""));
        }
        finally
        {
            await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/products/till");
        }

        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/products/till");
    }
}
