using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Audit;

/// <summary>What is changed over HTTP is in the audit; what is asked or refused is not, nor anything secret.</summary>
[Collection(ApiCollection.Name)]
public sealed class AuditEndpointTests(ApiHost host)
{
    const string Check = "/api/v1/tenants/acme/checks/audited", Rules = "/api/v1/tenants/acme/rules/none";

    [Fact]
    public async Task A_change_is_recorded_with_who_what_and_its_version_and_without_its_secrets()
    {
        object spec = new { kind = "mysql", connection = "Server=127.0.0.1;Port=1;User ID=someone;Password=never in the audit", at = "03:30" };
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Check, spec);
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, Check, spec, ("If-Match", "\"99\""));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Check, spec);
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/tenants/acme/sql/check", new { text = "SELECT 1" });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/tenants/acme/sql", new { text = "SELECT 1" });
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, Check);

        JsonElement[] records = [.. (await host.AcmeAdministrator.ReadAsync("/api/v1/tenants/acme/audit?q=checks/audited")).GetProperty("items").EnumerateArray()];
        records.Select(static record => record.GetProperty("action").GetString()).ShouldBe(["DELETE /tenants/{tenant}/checks/{check}", "PUT /tenants/{tenant}/checks/{check}"]);
        JsonElement put = records[1];
        (put.GetProperty("object").GetString(), put.GetProperty("tenant").GetString(), put.GetProperty("version").GetInt64(), put.GetProperty("isCertain").GetBoolean()).ShouldBe(("/tenants/acme/checks/audited", "acme", 1, true));
        put.GetProperty("user").GetString().ShouldNotBeNullOrEmpty();
        put.GetProperty("what").GetString().ShouldStartWith("Makes a check");
        JsonElement all = await host.Operator.ReadAsync("/api/v1/audit?limit=500");
        all.GetRawText().ShouldContain("/tenants/acme/checks/audited");
        all.GetRawText().ShouldNotContain("never in the audit");
        all.GetProperty("items").EnumerateArray().ShouldNotContain(static record => record.GetProperty("object").GetString()!.EndsWith("/sql/check", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Statements_that_change_something_are_told_by_what_they_did()
    {
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/tenants/acme/sql", new { text = "CREATE VIEW audited_view AS SELECT 1 AS one" });
        JsonElement record = (await host.Operator.ReadAsync("/api/v1/tenants/acme/audit?q=audited_view")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        record.GetProperty("detail").GetString()!.ShouldContain("audited_view");
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/tenants/acme/sql", new { text = "DROP VIEW audited_view" });
    }

    [Fact]
    public async Task A_tenants_people_see_their_own_audit_only_and_viewers_none()
    {
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "/api/v1/audit");
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/tenants/acme/audit");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "/api/v1/tenants/acme/audit");
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/tenants/nobody/audit");
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/audit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z");
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Delete, Rules);
        (await host.Operator.ReadAsync("/api/v1/tenants/acme/audit?q=rules/none")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }
}
