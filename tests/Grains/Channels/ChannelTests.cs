using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Orrery.Grains.Channels;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Tests.Channels;

public sealed class ChannelTests
{
    const int Partitions = 3;

    [Fact]
    public async Task Every_change_of_a_database_lies_in_files_once_and_the_account_closes()
    {
        var script = new ChangeScript(seed: 1, length: 600);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, Partitions);
        await fleet.SettleAsync(script.Records(Partitions));
        (Dictionary<long, string> rows, int records) = await fleet.FoldAsync(Partitions);
        rows.OrderBy(row => row.Key).ShouldBe(script.Rows.OrderBy(row => row.Key));
        records.ShouldBe(script.Records(Partitions));

        EntityView files = await fleet.Grains.GetGrain<IEntityGrain>("acme/files.acme.shop").Get();
        files.Upstream.ShouldBe(["topic.acme.shop"]);
        files.Receipts.Sum(receipt => receipt.Receipt.Records).ShouldBe(records);
        EntityView topic = await fleet.Grains.GetGrain<IEntityGrain>("acme/topic.acme.shop").Get();
        topic.Upstream.ShouldBe(["table.shop.orders"]);
        topic.Downstream.ShouldBe(["files.acme.shop"]);
        EntityView table = await fleet.Grains.GetGrain<IEntityGrain>("acme/table.shop.orders").Get();
        table.Schemas.ShouldHaveSingleItem().Fingerprint.ShouldBe(ChangeScript.Schema.Fingerprint);
    }

    [Fact]
    public async Task What_workers_carry_and_finish_is_counted()
    {
        // Tests run beside each other: what is counted belongs to the services of a silo.
        var counted = new ConcurrentDictionary<(object? Silo, string Name), long>();
        using var listener = new MeterListener { InstrumentPublished = static (instrument, self) => { if (instrument.Meter.Name == ChannelInstruments.MeterName) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.AddOrUpdate((instrument.Meter.Scope, $"{instrument.Name} {tags[0].Value}"), value, (_, sum) => sum + value));
        listener.Start();
        var script = new ChangeScript(seed: 5, length: 300);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, Partitions);
        await fleet.SettleAsync(script.Records(Partitions));
        object silo = fleet.Services.GetService(typeof(IMeterFactory))!;
        counted[(silo, "orrery.channels.records source")].ShouldBe(script.Records(Partitions));
        counted[(silo, "orrery.channels.records lander")].ShouldBe(script.Records(Partitions));
        counted[(silo, "orrery.channels.files lander")].ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task Landed_changes_are_readable_by_the_names_of_their_columns_and_come_back_byte_for_byte(string format)
    {
        var script = new ChangeScript(seed: 9, length: 400);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, new ChannelSpec
        {
            Partitions = 1,
            Source = new SourceSpec { Kind = "mysql", Connection = "Server=127.0.0.1", Tables = ["shop.*"] },
            Landing = new LandingSpec { RollSeconds = 1, Format = format },
        });
        await fleet.SettleAsync(script.Records(1));
        var rows = new Dictionary<long, string>();
        foreach ((string kind, string before, string after) in fleet.LandedTexts().SelectMany(text => format == "csv" ? ReadCsv(text) : ReadJson(text)))
        {
            if (kind == "truncate")
                rows.Clear();
            if (before.Length > 0)
                rows.Remove(Parse(before).Id);
            if (after.Length > 0)
                rows[Parse(after).Id] = Parse(after).Note;
        }

        rows.OrderBy(row => row.Key).ShouldBe(script.Rows.OrderBy(row => row.Key));
        (Dictionary<long, string> exact, int records) = await fleet.FoldAsync(1);
        exact.OrderBy(row => row.Key).ShouldBe(rows.OrderBy(row => row.Key));
        records.ShouldBe(script.Records(1));
    }

    static IEnumerable<(string Kind, string Before, string After)> ReadJson(string file)
    {
        foreach (string line in file.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument record = JsonDocument.Parse(line);
            JsonElement row = record.RootElement.GetProperty("row");
            row.GetProperty("table").GetString().ShouldBe("shop.orders");
            row.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds().ShouldBe(record.RootElement.GetProperty("timestamp").GetInt64());
            yield return (row.GetProperty("kind").GetString()!, Text(row.GetProperty("before")), Text(row.GetProperty("after")));
        }
    }

    static IEnumerable<(string Kind, string Before, string After)> ReadCsv(string file)
    {
        string[] head = [];
        foreach (string[] record in CsvRecords(file))
            if (head.Length == 0)
            {
                head = record;
            }
            else
            {
                record[Array.IndexOf(head, "table")].ShouldBe("shop.orders");
                yield return (record[Array.IndexOf(head, "kind")], record[Array.IndexOf(head, "before")], record[Array.IndexOf(head, "after")]);
            }
    }

    static IEnumerable<string[]> CsvRecords(string text)
    {
        var record = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        foreach (char letter in text.Replace("\"\"", "\u0001", StringComparison.Ordinal))
        {
            if (letter == '"')
                quoted = !quoted;
            else if (quoted || letter is not (',' or '\r' or '\n'))
                field.Append(letter == '\u0001' ? '"' : letter);
            else if (letter != '\n')
                record.Add(field.ToString());
            if (!quoted && letter is ',' or '\r')
                field.Clear();
            if (quoted || letter != '\n')
                continue;
            yield return [.. record];
            record.Clear();
        }
    }

    static string Text(JsonElement row) => row.ValueKind == JsonValueKind.Null ? "" : row.GetRawText();

    static (long Id, string Note) Parse(string row)
    {
        using JsonDocument document = JsonDocument.Parse(row);
        return (document.RootElement.GetProperty("id").GetInt64(), document.RootElement.GetProperty("note").GetString()!);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_silo_killed_again_and_again_loses_and_doubles_nothing(int seed)
    {
        var script = new ChangeScript(seed, length: 4_000);
        var random = new Random(seed);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, Partitions);
        long before = 0;
        for (int kill = 0; kill < 5; kill++)
        {
            // A fast machine may have given all of it before the last kills; those come all the same.
            await fleet.UntilAsync("some more was given", async () => (await fleet.TheChannel.Get()).Source is { } source && (source.Records > before + random.Next(300) || source.Records == script.Records(Partitions)), fleet.DescribeAsync);
            before = (await fleet.TheChannel.Get()).Source!.Records;
            await fleet.CrashAsync();
        }

        await fleet.SettleAsync(script.Records(Partitions));
        (Dictionary<long, string> rows, int records) = await fleet.FoldAsync(Partitions);
        records.ShouldBe(script.Records(Partitions));
        rows.OrderBy(row => row.Key).ShouldBe(script.Rows.OrderBy(row => row.Key));
    }

    [Fact]
    public async Task A_source_that_goes_away_is_tried_again_and_goes_on_where_it_was()
    {
        var script = new ChangeScript(seed: 4, length: 3_000);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, Partitions);
        await fleet.UntilAsync("something was given", async () => (await fleet.TheChannel.Get()).Source?.Records > 100, fleet.DescribeAsync);
        script.Fails = true;
        await fleet.UntilAsync("the failure is shown", async () => (await fleet.TheChannel.Get()).Source?.Problem == "The script's database went away.", fleet.DescribeAsync);
        script.Fails = false;
        await fleet.SettleAsync(script.Records(Partitions));
        (_, int records) = await fleet.FoldAsync(Partitions);
        records.ShouldBe(script.Records(Partitions));
    }

    [Fact]
    public async Task A_record_lost_at_the_lander_is_named_by_hop_window_and_count_and_sending_it_again_closes_the_gap()
    {
        var script = new ChangeScript(seed: 5, length: 900) { Limit = 300 };
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, partitions: 1);
        await fleet.UntilAsync("the beginning is landed", async () => (await fleet.TheChannel.Get()).Landing is [{ Offset: > 0 }], fleet.DescribeAsync);
        await fleet.TheChannel.Drill(2);
        script.Limit = 900;
        await fleet.UntilAsync("the gap is known", async () => (await fleet.Ledger.GetSummary()).OpenGaps > 0, fleet.DescribeAsync);
        await fleet.UntilAsync("all of it is known", async () => (await fleet.Ledger.GetSummary()).GapRecords == 2, fleet.DescribeAsync);
        Page<Gap> gaps = await fleet.Ledger.ListGaps(open: true, new PageRequest(10));
        foreach (Gap gap in gaps.Items)
        {
            gap.Hop.ShouldBe("lander");
            gap.Kind.ShouldBe(GapKind.Missing);
            await fleet.Ledger.Repair(gap.Id, "somebody");
        }

        await fleet.SettleAsync(script.Records(1));
        (Dictionary<long, string> rows, int records) = await fleet.FoldAsync(1);
        records.ShouldBe(script.Records(1));
        rows.OrderBy(row => row.Key).ShouldBe(script.Rows.OrderBy(row => row.Key));
    }

    [Fact]
    public async Task A_paused_channel_gives_nothing_until_it_is_resumed()
    {
        var script = new ChangeScript(seed: 6, length: 3_000);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, Partitions);
        await fleet.TheChannel.Pause();
        await fleet.UntilAsync("it stopped", async () => (await fleet.TheChannel.Get()) is { Source.Phase: "stopped" } info && info.Landing.All(landing => landing.Phase == "stopped"), fleet.DescribeAsync);
        int opened = script.Opened;
        long given = (await fleet.TheChannel.Get()).Source!.Records;
        for (int look = 0; look < 10; look++)
            (await fleet.TheChannel.Get()).Source!.Records.ShouldBe(given);
        script.Opened.ShouldBe(opened);
        await fleet.TheChannel.Resume();
        await fleet.SettleAsync(script.Records(Partitions));
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_with_the_field_and_the_reason()
    {
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(new ChangeScript(7, 10), 1);
        IChannelGrain other = fleet.Grains.GetGrain<IChannelGrain>("acme/other");
        var source = new SourceSpec { Kind = "mysql", Connection = "Server=db.example.com;Password=secret", Tables = ["shop.orders"] };
        var refused = await Should.ThrowAsync<InvalidInputException>(() => other.Put(new ChannelSpec { Source = source }, null));
        refused.Field.ShouldBe("source.connection");
        refused.Message.ShouldContain("db.example.com");
        refused.Message.ShouldNotContain("secret");
        (await Should.ThrowAsync<InvalidInputException>(() => other.Put(new ChannelSpec(), null))).Field.ShouldBe("source");
        (await Should.ThrowAsync<InvalidInputException>(() => other.Put(new ChannelSpec { Landing = new LandingSpec { Store = "file:///etc" } }, null))).Field.ShouldBe("landing.store");
        (await Should.ThrowAsync<InvalidInputException>(() => other.Put(new ChannelSpec { Source = source with { Connection = "Server=127.0.0.1", Tables = [] } }, null))).Field.ShouldBe("source.tables");
        SourceSpec tracked = source with { Kind = "sqlserver", Connection = "Server=tcp:127.0.0.1,1433;Database=erp", Tables = ["dbo.*"] };
        (await Should.ThrowAsync<InvalidInputException>(() => other.Put(new ChannelSpec { Source = tracked }, null))).Message.ShouldContain("'dbo.*' is a pattern");
        tracked = tracked with { Connection = tracked.Connection + ";Failover Partner=db.example.com", Tables = ["dbo.orders"] };
        (await Should.ThrowAsync<InvalidInputException>(() => other.Put(new ChannelSpec { Source = tracked }, null))).Message.ShouldContain("failover partner");
        await Should.ThrowAsync<NotFoundException>(() => other.Get());
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<IChannelGrain>("nobody/shop").Put(new ChannelSpec { Landing = new LandingSpec() }, null));
        (await Should.ThrowAsync<ConflictException>(() => fleet.Grains.GetGrain<Interfaces.Tenants.ITenantGrain>("acme").Delete(null))).Message.ShouldContain("shop");
        ChannelInfo kept = await fleet.TheChannel.Get();
        kept.Spec.Source!.Connection.ShouldBeNull("a secret is never shown");
    }
}
