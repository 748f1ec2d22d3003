using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Users;

[Collection(ApiCollection.Name)]
public sealed class UserTests(ApiHost host)
{
    [Fact]
    public async Task An_administrator_of_a_tenant_keeps_the_users_of_the_tenant()
    {
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/users", new { name = "acme-second", displayName = "Second", role = "viewer", tenant = "acme", password = "long enough 1" });
        JsonElement list = await host.AcmeAdministrator.ReadAsync("/api/v1/users");
        list.GetProperty("items").EnumerateArray().Select(user => user.GetProperty("tenant").GetString()).Distinct().ShouldBe(["acme"]);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/api/v1/users/acme-second", new { displayName = "2nd", role = "tenantAdministrator", tenant = "acme" });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/users/acme-second/password", new { password = "another long one" });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/users/acme-second");
    }

    [Theory]
    [InlineData("""{"name":"x1","role":"viewer","tenant":"globex","password":"long enough 1"}""", "tenant")]
    [InlineData("""{"name":"x1","role":"viewer","password":"long enough 1"}""", "tenant")]
    [InlineData("""{"name":"x1","role":"operator","tenant":"acme","password":"long enough 1"}""", "role")]
    [InlineData("""{"name":"x1","role":"administrator","tenant":"acme","password":"long enough 1"}""", "role")]
    [InlineData("""{"name":"x1","role":"emperor","tenant":"acme","password":"long enough 1"}""", "role")]
    [InlineData("""{"name":"x1","role":3,"tenant":"acme","password":"long enough 1"}""", "role")]
    [InlineData("""{"name":"x1","tenant":"acme","password":"long enough 1"}""", "role")]
    [InlineData("""{"name":"x1","role":"viewer","tenant":"acme"}""", "password")]
    [InlineData("""{"name":"X 1","role":"viewer","tenant":"acme","password":"long enough 1"}""", "name")]
    public async Task An_administrator_of_a_tenant_cannot_give_more(string body, string field)
    {
        JsonElement problem = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/users", new StringContent(body, null, "application/json"));
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.GetRawText());
    }

    [Theory]
    [InlineData("root")]
    [InlineData("ops")]
    [InlineData("globex-admin")]
    [InlineData("nobody")]
    public async Task Others_users_are_not_there(string user)
    {
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/api/v1/users/{user}");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Put, $"/api/v1/users/{user}", new { displayName = "x", role = "viewer", tenant = "acme" });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Delete, $"/api/v1/users/{user}");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, $"/api/v1/users/{user}/password", new { password = "long enough 1" });
    }

    [Fact]
    public async Task Nobody_locks_themselves_out()
    {
        await host.Administrator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "/api/v1/users/root");
        await host.Administrator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Put, "/api/v1/users/root", new { displayName = "root", role = "viewer" });
        await host.Operator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "/api/v1/users");
    }
}
