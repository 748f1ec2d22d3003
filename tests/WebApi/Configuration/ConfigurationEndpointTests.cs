using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Configuration;

/// <summary>Configuration over HTTP: written by people, pushed to servers, reported by them.</summary>
[Collection(ApiCollection.Name)]
public sealed class ConfigurationEndpointTests(ApiHost host)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_change_reaches_the_stream_of_each_server_that_it_concerns_and_no_secret_reaches_people()
    {
        await DefineAsync("pushed", new { format = "yaml", secrets = new[] { "/db/password" } });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Fleet("pushed") + "/layers/product", new { text = "port: 1\ndb:\n  password: verysecret\n" });
        using StreamReader acme = await OpenAsync(host.AcmeKey, "pushed", ""), globex = await OpenAsync(host.GlobexKey, "pushed", "");
        (string head, string text) = await NextAsync(acme);
        head.ShouldStartWith("erp/pushed 1.0 ");
        head.ShouldEndWith(" yaml");
        text.ShouldBe("port: 1\ndb:\n  password: verysecret\n");
        await NextAsync(globex);
        // A tenant's own layer reaches its servers alone.
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Own("acme", "pushed") + "/layers/site:berlin", new { text = "port: 2\n", comment = "the new till" });
        (await NextAsync(acme)).Text.ShouldContain("port: 2");
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Fleet("pushed") + "/layers/version:9.9", new { text = "port: 9\n" });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Fleet("pushed") + "/layers/product", new { text = "port: 3\nnew: true\n" }, ("If-Match", "\"1\""));
        (await NextAsync(globex)).Text.ShouldBe("port: 3\nnew: true\n");
        (string Head, string Text) last = await NextAsync(acme);
        last.Text.ShouldBe("port: 2\nnew: true\n");

        // Who has it already is not sent it again, and asking without the stream says so too.
        string digest = last.Head.Split(' ')[2];
        using StreamReader again = await OpenAsync(host.AcmeKey, "pushed", digest);
        using HttpResponseMessage same = await host.AcmeKey.SendAsync(HttpMethod.Get, "/api/v1/agent/config/erp/pushed?server=pos-1", null, ("If-None-Match", $"\"{digest}\""));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Own("acme", "pushed") + "/layers/server:berlin:pos-1", new { text = "port: 4\n" });
        (await NextAsync(again)).Text.ShouldContain("port: 4");

        foreach (string path in new[] { Fleet("pushed"), Fleet("pushed") + "/layers/product", Fleet("pushed") + "/versions", Fleet("pushed") + "/versions/1", Fleet("pushed") + "/differences?from=1&to=3", "/api/v1/audit" })
            (await host.Operator.ReadAsync(path)).GetRawText().ShouldNotContain("verysecret");
        (await host.AcmeViewer.ReadAsync(Own("acme", "pushed") + "/effective?site=berlin&server=pos-1")).GetRawText().ShouldNotContain("verysecret");
        (await host.Operator.ReadAsync("/api/v1/tenants/acme/audit")).GetRawText().ShouldContain("/port");
    }

    [Fact]
    public async Task Drift_is_what_a_server_reports_beside_what_it_is_to_have()
    {
        await DefineAsync("reported", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Fleet("reported") + "/layers/product", new { text = "{\"port\":1}" });
        string digest = (await host.AcmeViewer.ReadAsync(Own("acme", "reported") + "/effective?site=berlin&server=pos-1")).GetProperty("digest").GetString()!;
        await ReportAsync("reported", "1.0", digest);
        JsonElement server = (await host.AcmeViewer.ReadAsync(Own("acme", "reported") + "/servers"))[0];
        (server.GetProperty("server").GetString(), server.GetProperty("driftSince").ValueKind).ShouldBe(("acme/berlin/pos-1", JsonValueKind.Null));
        await ReportAsync("reported", "1.0", "altered");
        (await host.AcmeViewer.ReadAsync(Own("acme", "reported") + "/servers"))[0].GetProperty("driftSince").ValueKind.ShouldBe(JsonValueKind.String);
        (await host.GlobexAdministrator.ReadAsync(Own("globex", "reported") + "/servers")).GetArrayLength().ShouldBe(0);
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/api/v1/agent/config/report", new { server = "pos-1", documents = new[] { new { document = "erp/unknown", digest } } });
    }

    [Fact]
    public async Task A_stale_write_is_refused_with_the_difference_and_layers_belong_to_their_owners()
    {
        await DefineAsync("owned", new { schema = new { type = "object", properties = new { port = new { type = "integer" } } } });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Own("acme", "owned") + "/layers/tenant", new { text = "{\"port\":1}" });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Own("acme", "owned") + "/layers/tenant", new { text = "{\"port\":2}" }, ("If-Match", "\"1\""));
        JsonElement problem = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, Own("acme", "owned") + "/layers/tenant", new { text = "{\"port\":3}" }, ("If-Match", "\"1\""));
        problem.GetProperty("version").GetInt64().ShouldBe(2);
        problem.GetProperty("differences")[0].GetRawText().ShouldBe("""{"path":"/port","from":"1","to":"2"}""");
        JsonElement refused = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Own("acme", "owned") + "/layers/tenant", new { text = "{\"port\":\"x\"}" }, ("If-Match", "\"2\""));
        refused.GetProperty("detail").GetString()!.ShouldContain("/port");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Fleet("owned") + "/layers/product", new { text = "{}" });
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Own("acme", "owned") + "/layers/tenant");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Own("acme", "owned") + "/layers/tenant", new { text = "{}" });
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Own("acme", "unknown"));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Own("acme", "owned") + "/layers/tenant/rollback", new { version = 1 }, ("If-Match", "\"2\""));
        (await host.AcmeViewer.ReadAsync(Own("acme", "owned") + "/layers/tenant")).GetProperty("version").GetInt64().ShouldBe(3);
    }

    static string Fleet(string name) => $"/api/v1/config/documents/erp/{name}";

    static string Own(string tenant, string name) => $"/api/v1/tenants/{tenant}/config/erp/{name}";

    Task DefineAsync(string name, object definition) => host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Fleet(name), definition);

    Task ReportAsync(string name, string mark, string digest) => host.AcmeKey.ExpectAsync(
        HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/config/report", new { server = "pos-1", documents = new[] { new { document = $"erp/{name}", mark, digest } } });

    static async Task<StreamReader> OpenAsync(Api key, string name, string have)
    {
        HttpResponseMessage answer = await key.SendAsync(HttpMethod.Get, $"/api/v1/agent/config/live?server=pos-1&document=erp/{name}&have={have}", null, HttpCompletionOption.ResponseHeadersRead, default);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    static async Task<(string Head, string Text)> NextAsync(StreamReader stream)
    {
        var data = new List<string>();
        while (await stream.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.Add(line[6..]);
            else if (line.Length == 0 && data.Count > 0)
                return (data[0], string.Join('\n', data.Skip(1)));
        }

        throw new EndOfStreamException("The stream ended before the next value.");
    }
}
