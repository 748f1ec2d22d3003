using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Live;

/// <summary>Topics over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class TopicEndpointTests(ApiHost host)
{
    const string Topics = "/api/v1/tenants/acme/topics";

    [Fact]
    public async Task A_topic_is_made_where_there_is_none_and_stays_as_it_is()
    {
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{Topics}/out");
        JsonElement made = await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Topics}/out", new { partitions = 3, retainDays = 2 });
        made.GetProperty("name").GetString().ShouldBe("acme.out");
        made.GetProperty("partitions").GetArrayLength().ShouldBe(3);
        (await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Topics}/out", new { partitions = 5 })).GetProperty("partitions").GetArrayLength().ShouldBe(3);
        (await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Topics}/out")).GetProperty("settings").GetProperty("partitions").GetInt32().ShouldBe(3);
        // Others' topics are not theirs to see.
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Topics}/sql-orders", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Topics}/Out", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Topics}/many", new { partitions = 1_000 });
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/tenants/globex/topics/out");
    }
}
