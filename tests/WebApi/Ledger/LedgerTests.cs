using System.Net;
using System.Text.Json;
using Orrery.Interfaces.Ledger;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Ledger;

[Collection(ApiCollection.Name)]
public sealed class LedgerTests(ApiHost host)
{
    [Fact]
    public async Task A_record_that_the_lander_lost_is_named_with_hop_window_and_count()
    {
        ILedgerGrain ledger = await DefineAsync("lake");
        await FillAsync(ledger, took: 9);

        JsonElement channel = (await host.AcmeViewer.ReadAsync("/api/v1/ledger?q=acme/lake")).GetProperty("items")[0];
        channel.GetProperty("summary").GetProperty("openGaps").GetInt32().ShouldBe(1);
        JsonElement gap = channel.GetProperty("gaps")[0];
        gap.GetProperty("hop").GetString().ShouldBe("lander");
        gap.GetProperty("stamp").GetInt64().ShouldBe(100);
        gap.GetProperty("records").GetInt64().ShouldBe(1);
        gap.GetProperty("kind").GetString().ShouldBe("missing");
        JsonElement view = await host.AcmeViewer.ReadAsync("/api/v1/ledger/acme/lake");
        view.GetProperty("hops").GetArrayLength().ShouldBe(2);
        view.GetProperty("edges")[0].GetProperty("waiting").GetInt64().ShouldBe(1);
        view.GetProperty("windows")[0].GetProperty("state").GetString().ShouldBe("gap");
        view.GetProperty("hops")[0].GetProperty("gave").GetProperty("hash").GetString()!.Length.ShouldBe(32);

        string id = gap.GetProperty("id").GetString()!;
        (await host.AcmeViewer.ReadAsync("/api/v1/ledger/acme/lake/gaps?open=true")).GetProperty("total").GetInt32().ShouldBe(1);
        (await host.AcmeViewer.ReadAsync($"/api/v1/ledger/acme/lake/gaps/{id}")).GetProperty("state").GetString().ShouldBe("open");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"/api/v1/ledger/acme/lake/gaps/{id}/repair");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"/api/v1/ledger/acme/lake/gaps/{id}/accept", new { });
        JsonElement accepted = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/ledger/acme/lake/gaps/{id}/accept", new { note = "The test lost it." });
        accepted.GetProperty("acceptedBy").GetString().ShouldBe("acme-admin");
        (await host.AcmeViewer.ReadAsync("/api/v1/ledger/acme/lake/gaps?open=true")).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_sees_the_channels_of_another_tenant()
    {
        await DefineAsync("secret-flow");
        foreach (string path in new[] { "/api/v1/ledger/acme/secret-flow", "/api/v1/ledger/acme/secret-flow/gaps", "/api/v1/ledger/acme/secret-flow/live", "/api/v1/ledger?tenant=acme", "/api/v1/ledger/acme/no-such-flow" })
            await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
        (await host.GlobexAdministrator.ReadAsync("/api/v1/ledger")).GetRawText().ShouldNotContain("secret-flow");
        (await host.Operator.ReadAsync("/api/v1/ledger")).GetRawText().ShouldContain("secret-flow");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/ledger/acme/no-such-flow");
    }

    [Fact]
    public async Task A_live_stream_shows_a_channel_as_it_changes()
    {
        ILedgerGrain ledger = await DefineAsync("live-flow");
        using Events events = await Events.OpenAsync(host.AcmeViewer, "/api/v1/ledger/acme/live-flow/live");
        (await events.NextAsync("channel")).GetProperty("windows").GetArrayLength().ShouldBe(0);
        await FillAsync(ledger, took: 10);
        JsonElement now;
        do
            now = await events.NextAsync("channel");
        while (now.GetProperty("summary").GetProperty("closedWindows").GetInt64() == 0);
        now.GetProperty("summary").GetProperty("openGaps").GetInt32().ShouldBe(0);
    }

    async Task<ILedgerGrain> DefineAsync(string channel)
    {
        ILedgerGrain ledger = host.Grains.GetGrain<ILedgerGrain>(LedgerKeys.Channel("acme", channel));
        await ledger.Define(new ChannelDefinition("Site to lake", [new("agent", HopKind.Agent, [], HopAccount.None), new("lander", HopKind.Lander, ["agent"], HopAccount.None)]));
        return ledger;
    }

    static async Task FillAsync(ILedgerGrain ledger, int took)
    {
        await ledger.Report([new HopReport("agent", "a", 0, 10, [new HopEntry("site", 100, HopSide.Gave, Sum(10))])]);
        await ledger.Seal("site", 100);
        ReportAnswer[] answers = await ledger.Report([new HopReport("lander", "0", 0, 10, [new HopEntry("site", 100, HopSide.Took, Sum(took))])]);
        await ledger.Report([new HopReport("lander", "0", 10, 10, [], answers[0].Sequence)]);
    }

    static Receipt Sum(int records) => Enumerable.Range(1, records).Select(number => Receipt.Of((UInt128)number << 70, 100, 6_000_000 + number)).Aggregate(Receipt.Empty, (sum, next) => sum + next);
}
