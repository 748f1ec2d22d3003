using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Binding;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// Compares what the views of Nexmark's queries hold, after all events came step by step, with PostgreSQL's answers over tables of the same events: row for row, each as often as it is there. Rows are compared as
/// lines of text in PostgreSQL's form, by 128 bits of each.
/// </summary>
sealed class NexmarkCheck : IDisposable
{
    const int EventsPerStep = 2_000, ShownMax = 3;
    static readonly string[] Tables = ["person", "auction", "bid"];

    readonly BenchCatalog catalog = new(NexmarkQueries.Tables, isAppendOnly: true);
    readonly RowLayout[] layouts;
    readonly NexmarkEvents events;
    readonly NpgsqlDataSource database;

    /// <param name="count">Events.</param>
    /// <param name="connection">Of an empty PostgreSQL database.</param>
    public NexmarkCheck(int count, string connection)
    {
        layouts = [.. catalog.Relations.Select(static relation => new RowLayout(relation.Schema))];
        events = new NexmarkEvents(count, layouts[0], layouts[1], layouts[2]);
        var settings = new NpgsqlConnectionStringBuilder(connection) { CommandTimeout = 0, Options = "-c work_mem=128MB -c datestyle=ISO -c timezone=UTC" };
        database = NpgsqlDataSource.Create(settings.ConnectionString);
    }

    /// <summary>Copies the events into tables of PostgreSQL.</summary>
    public async Task LoadAsync()
    {
        await using NpgsqlConnection open = await database.OpenConnectionAsync();
        for (int table = 0; table < Tables.Length; table++)
        {
            RowSchema schema = layouts[table].Schema;
            await using (var make = new NpgsqlCommand($"CREATE TABLE {Tables[table]} ({string.Join(", ", schema.Columns.Select(static column => $"{column.Name} {TypeOf(column.Type)}"))})", open))
                await make.ExecuteNonQueryAsync();
            await using (TextWriter copy = await open.BeginTextImportAsync($"COPY {Tables[table]} FROM STDIN"))
                for (int index = 0; index < events.Rows.Length; index++)
                    if (events.Kinds[index] == table)
                        await copy.WriteAsync(Line(events.Rows[index], layouts[table]) + "\n");
            await using var analyse = new NpgsqlCommand($"ANALYZE {Tables[table]}", open);
            await analyse.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Compares one query's results.</summary>
    public async Task<NexmarkVerdict> CompareAsync(string name, string text, string postgreSql)
    {
        using var graph = new DataflowGraph(new DataflowOptions());
        DataflowTable[] tables = [.. catalog.Relations.Select(relation => graph.AddTable(relation, keepsRows: false))];
        DataflowView view;
        try
        {
            view = graph.AddView(name, catalog.View(text), new ViewOptions());
        }
        catch (SqlBindingException refused)
        {
            return new NexmarkVerdict(name, 0, IsRefused: true, [refused.Reason]);
        }

        for (int first = 0; first < events.Rows.Length; first += EventsPerStep)
        {
            int end = Math.Min(events.Rows.Length, first + EventsPerStep);
            for (int index = first; index < end; index++)
                tables[events.Kinds[index]].Upsert(events.Rows[index]);
            graph.Step(first);
            graph.EndStep();
        }

        bool isTied = name == NexmarkChecked.Tied;
        var wrong = new List<string>();
        var counts = new Dictionary<UInt128, int>();
        long rows = 0;
        view.ReadRows((row, weight) =>
        {
            rows += weight;
            UInt128 key = Key(isTied ? TiedLine(row, view.Layout) : Line(row, view.Layout));
            counts[key] = counts.GetValueOrDefault(key) + weight;
        });
        await using NpgsqlConnection open = await database.OpenConnectionAsync();
        using (TextReader answer = await open.BeginTextExportAsync($"COPY ({postgreSql}) TO STDOUT"))
        {
            while (await answer.ReadLineAsync() is { } line)
            {
                UInt128 key = Key(line);
                int left = counts.GetValueOrDefault(key) - 1;
                if (left == 0)
                    counts.Remove(key);
                else if (left > 0)
                    counts[key] = left;
                else if (wrong.Count < ShownMax)
                    wrong.Add($"PostgreSQL alone has {line}");
            }
        }

        view.ReadRows((row, _) =>
        {
            string line = isTied ? TiedLine(row, view.Layout) : Line(row, view.Layout);
            if (wrong.Count < 2 * ShownMax && counts.ContainsKey(Key(line)))
                wrong.Add($"the view alone has {line}");
        });
        if (isTied)
            CheckBids(view, wrong);
        return new NexmarkVerdict(name, rows, IsRefused: false, wrong);
    }

    public void Dispose()
    {
        events.Dispose();
        database.Dispose();
    }

    /// <summary>Where the order leaves rows equal, either may be there; but each is a bid, once.</summary>
    void CheckBids(DataflowView view, List<string> wrong)
    {
        var bids = new HashSet<UInt128>();
        for (int index = 0; index < events.Rows.Length; index++)
            if (events.Kinds[index] == 2)
                bids.Add(Key(Line(events.Rows[index], layouts[2])));
        view.ReadRows((row, weight) =>
        {
            string line = Line(row, view.Layout);
            if (wrong.Count < ShownMax && (weight != 1 || !bids.Remove(Key(line[..line.LastIndexOf('\t')]))))
                wrong.Add($"no bid, or one twice: {line}");
        });
    }

    /// <summary>Auction, price and place.</summary>
    static string TiedLine(nint row, RowLayout layout) => $"{Text(row, layout, 0)}\t{Text(row, layout, 2)}\t{Text(row, layout, layout.Count - 1)}";

    static string Line(nint row, RowLayout layout)
    {
        var line = new StringBuilder();
        for (int column = 0; column < layout.Count; column++)
            line.Append(column == 0 ? "" : "\t").Append(Text(row, layout, column));
        return line.ToString();
    }

    static string Text(nint row, RowLayout layout, int column)
    {
        object? value = RowValues.ToObject(row, layout, column);
        SqlType type = layout.Schema[column].Type;
        return value is null ? "\\N"
            : type.Kind == SqlTypeKind.Timestamp ? DateTime.UnixEpoch.AddTicks((long)value * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)
            : RowValues.Text(value, type);
    }

    static UInt128 Key(string line) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(line)));

    static string TypeOf(SqlType type) => type.Kind switch { SqlTypeKind.BigInt => "bigint", SqlTypeKind.Timestamp => "timestamp", _ => "text" };
}

/// <param name="Rows">In the view.</param>
/// <param name="IsRefused">The dialect does not say it; the reason stands in <paramref name="Wrong"/>.</param>
/// <param name="Wrong">The first rows that one side alone has; empty: both are equal.</param>
sealed record NexmarkVerdict(string Name, long Rows, bool IsRefused, IReadOnlyList<string> Wrong);
