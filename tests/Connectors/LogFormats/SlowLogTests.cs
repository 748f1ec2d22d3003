using System.Globalization;
using System.Text.Json;
using Orrery.Connectors.LogFormats;

namespace Orrery.Connectors.Tests.LogFormats;

/// <summary>Real slow logs, against the sums that another reader took of them.</summary>
public sealed class SlowLogTests
{
    static readonly LogFormat Slow = LogFormat.Find("mysql-slow")!;

    public static TheoryData<string> Expected => ["slow001", "slow010", "slow018", "slow020", "slow021", "slow022", "slow023", "slow027", "mariadb102-with-explain"];

    [Theory]
    [MemberData(nameof(Expected))]
    public void Sums_are_those_of_the_expected_aggregates(string name)
    {
        string folder = LogSamples.Folder("mysql-slowlogs");
        List<LogEntry> entries = Entries(Path.Combine(folder, "logs", name + ".log"), out int rejected);
        rejected.ShouldBe(0);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected_aggregates", name + ".golden")));
        JsonElement all = golden.RootElement.GetProperty("Global");
        entries.Count.ShouldBe(all.GetProperty("TotalQueries").GetInt32());
        Compare(all, entries, name);
        foreach (var classes in golden.RootElement.GetProperty("Class").EnumerateObject().GroupBy(one => (Text(one, "User").Trim('[', ']'), Text(one, "Host"), Text(one, "Db"))))
        {
            LogEntry[] mine = [.. entries.Where(entry => (entry["user"] ?? "", entry["host"] ?? "") == (classes.Key.Item1, classes.Key.Item2) && Database(entry) == classes.Key.Item3)];
            mine.Length.ShouldBe(classes.Sum(one => one.Value.GetProperty("TotalQueries").GetInt32()), $"{name}, {classes.Key}");
            foreach (JsonProperty one in classes)
                if (one.Value.TryGetProperty("Example", out JsonElement example) && example.GetProperty("Query").GetString() is { Length: > 0 and < 1000 } query)
                    mine.ShouldContain(entry => entry.Message == query, $"{name}: {query}");
        }
    }

    [Fact]
    public void Every_whole_event_of_every_log_is_read()
    {
        string folder = Path.Combine(LogSamples.Folder("mysql-slowlogs"), "logs");
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            List<LogEntry> entries = Entries(file, out int rejected);
            entries.Count.ShouldBe(File.ReadLines(file).Count(line => line.StartsWith("# Query_time:", StringComparison.Ordinal)), file);
            entries.ShouldAllBe(entry => entry["query_time"] != null);
            rejected.ShouldBe(Path.GetFileName(file) is "slow016.log" or "slow017.log" ? 1 : 0, $"{file}: only these two begin in the middle of an event");
        }
    }

    [Fact]
    public void An_event_has_its_time_its_fields_and_its_statement_alone()
    {
        LogEntry entry = Slow.Open(new LogParseOptions()).Parse("""
            # Time: 2026-11-21T02:00:00.123456Z
            # User@Host: erp[erp] @ app-1 [10.0.0.7]  Id:    17
            # Schema: k3cloud  Last_errno: 0  Killed: 0
            # Query_time: 1.500249  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 0
            use k3cloud;
            SET timestamp=1795226400;
            select 1
            -- two lines
            from dual;
            """).Entry.ShouldNotBeNull();
        entry.Message.ShouldBe("select 1\n-- two lines\nfrom dual");
        entry.Time.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1795226400));
        (entry["user"], entry["host"], entry["client_ip"], entry["id"], entry["schema"], entry["killed"], entry["query_time"], entry["rows_examined"], entry["use"]).ShouldBe(("erp", "app-1", "10.0.0.7", "17", "k3cloud", "0", "1.500249", "0", "k3cloud"));
    }

    static string Database(LogEntry entry) => entry["schema"] ?? entry["use"] ?? "";

    static string Text(JsonProperty property, string name) => property.Value.GetProperty(name).GetString() ?? "";

    static void Compare(JsonElement all, List<LogEntry> entries, string name)
    {
        foreach (string kind in (string[])["TimeMetrics", "NumberMetrics"])
        {
            if (!all.GetProperty("Metrics").TryGetProperty(kind, out JsonElement metrics) || metrics.ValueKind != JsonValueKind.Object)
                continue;
            foreach (JsonProperty metric in metrics.EnumerateObject())
            {
                double[] values = [.. entries.Select(entry => entry[metric.Name.ToLowerInvariant()]).OfType<string>().Select(text => double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : double.NaN).Where(double.IsFinite)];
                values.Length.ShouldBe(metric.Value.GetProperty("Cnt").GetInt32(), $"{name}: count of {metric.Name}");
                values.Sum().ShouldBe(metric.Value.GetProperty("Sum").GetDouble(), 1e-4, $"{name}: sum of {metric.Name}");
                values.Min().ShouldBe(metric.Value.GetProperty("Min").GetDouble(), 1e-6, $"{name}: least {metric.Name}");
                values.Max().ShouldBe(metric.Value.GetProperty("Max").GetDouble(), 1e-6, $"{name}: greatest {metric.Name}");
            }
        }
    }

    static List<LogEntry> Entries(string file, out int rejected)
    {
        var grouper = new LogRecordGrouper(Slow);
        LogParser parser = Slow.Open(new LogParseOptions());
        var entries = new List<LogEntry>();
        int bad = 0;
        foreach (string line in File.ReadLines(file))
            Read(grouper.Add(line));
        Read(grouper.Flush());
        rejected = bad;
        return entries;

        void Read(string? record)
        {
            if (record is null)
                return;
            LogOutcome outcome = parser.Parse(record);
            if (outcome.Entry is { } entry)
                entries.Add(entry);
            bad += outcome.Kind == LogOutcomeKind.Rejected ? 1 : 0;
        }
    }
}
