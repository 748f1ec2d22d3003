using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Tenants;

[Collection(ApiCollection.Name)]
public sealed class TenantTests(ApiHost host)
{
    [Fact]
    public async Task A_tenant_lives_through_its_versions()
    {
        JsonElement created = await host.Operator.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/tenants", new { id = "initech", name = "Initech", note = "new" });
        created.GetProperty("version").GetInt64().ShouldBe(1);
        using HttpResponseMessage read = await host.Operator.GetAsync("/api/v1/tenants/initech");
        string tag = read.Headers.ETag!.Tag;
        tag.ShouldBe("\"1\"");
        (await host.Operator.SendAsync(HttpMethod.Get, "/api/v1/tenants/initech", null, ("If-None-Match", tag))).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        JsonElement changed = await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/api/v1/tenants/initech", new { name = "Initech AG" }, ("If-Match", tag));
        changed.GetProperty("name").GetString().ShouldBe("Initech AG");
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, "/api/v1/tenants/initech", new { name = "Late" }, ("If-Match", tag));
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Delete, "/api/v1/tenants/initech", null, ("If-Match", "\"nonsense\""));
        await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/api/v1/tenants", new { id = "initech", name = "Again" });
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/tenants/initech", null, ("If-Match", "\"2\""));
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/tenants/initech");
    }

    [Theory]
    [InlineData("""{"id":"No Spaces","name":"x"}""", "id")]
    [InlineData("""{"id":"fleet","name":"x"}""", "id")]
    [InlineData("""{"name":"x"}""", "id")]
    [InlineData("""{"id":"umbrella","name":""}""", "name")]
    [InlineData("""{"id":"umbrella"}""", "name")]
    [InlineData("""{"id":5,"name":"x"}""", "id")]
    public async Task What_cannot_be_a_tenant_is_refused_by_the_field(string body, string field)
    {
        JsonElement problem = await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/tenants", new StringContent(body, null, "application/json"));
        problem.GetProperty("errors").GetProperty(field).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        for (int i = 0; i < 7; i++)
            await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/tenants/acme/sites", new { id = $"paged-{i}", name = $"Paged {i}" });
        var seen = new List<string>();
        string? next = null;
        do
        {
            JsonElement page = await host.AcmeViewer.ReadAsync($"/api/v1/tenants/acme/sites?limit=3&q=paged{(next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}")}");
            page.GetProperty("items").GetArrayLength().ShouldBeLessThanOrEqualTo(3);
            page.GetProperty("total").GetInt32().ShouldBe(7);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(site => site.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        seen.ShouldBe(Enumerable.Range(0, 7).Select(i => $"paged-{i}"));
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/tenants/acme/sites?limit=0");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/tenants/acme/sites?limit=many");
        foreach (string site in seen)
            await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/tenants/acme/sites/{site}");
    }

    [Fact]
    public async Task People_of_a_tenant_see_their_own_and_the_vendors_see_all()
    {
        Ids(await host.AcmeViewer.ReadAsync("/api/v1/tenants")).ShouldBe(["acme"]);
        Ids(await host.Operator.ReadAsync("/api/v1/tenants")).ShouldBeSubsetOf(["acme", "globex", "initech"]);
        Ids(await host.Operator.ReadAsync("/api/v1/tenants?q=GLOB")).ShouldBe(["globex"]);
    }

    [Fact]
    public async Task A_key_is_shown_once_opens_its_site_and_can_be_revoked()
    {
        JsonElement created = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/tenants/acme/sites/berlin/keys", new { name = "Temporary" });
        string id = created.GetProperty("info").GetProperty("id").GetString()!;
        created.GetProperty("text").GetString()!.ShouldStartWith($"ok_{id}_");
        created.GetProperty("info").GetProperty("createdBy").GetString().ShouldBe("acme-admin");
        JsonElement list = await host.AcmeAdministrator.ReadAsync("/api/v1/tenants/acme/sites/berlin/keys");
        list.GetRawText().ShouldNotContain(created.GetProperty("text").GetString()!["ok_".Length..][(id.Length + 1)..]);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/tenants/acme/sites/berlin/keys/{id}");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Delete, "/api/v1/tenants/acme/sites/berlin/keys/key-globex");
        using var api = new Api(host.Address, created.GetProperty("text").GetString());
        await api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "/api/v1/agent/logs", new { server = "s", lines = Array.Empty<object>() });
    }

    static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(tenant => tenant.GetProperty("id").GetString());
}
