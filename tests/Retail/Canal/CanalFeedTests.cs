using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Tests.Canal;

public sealed class CanalFeedTests
{
    static readonly Disturbance Rough = new() { HeldPerMille = 20, ReplaysPerMille = 20 };

    [Fact]
    public void The_products_reader_finds_in_the_messages_what_the_model_meant()
    {
        var encoder = new CanalEncoder();
        var reader = new CanalReader(ChangeMessageOptions.Default);
        var batch = new ChangeBatch();
        long rows = 0;
        foreach (RetailTransaction transaction in History.Of(5, 1_500))
        {
            var expected = transaction.Changes.Select(change => Line(change.Kind, change.Table, change.Before, change.After)).Order(StringComparer.Ordinal);
            var actual = new List<string>();
            foreach (CanalMessage message in encoder.Encode(transaction))
            {
                batch.Clear();
                reader.Read(new ChangeMessage(Encoding.UTF8.GetBytes(message.Key), message.Value, ++rows, 0), batch);
                batch.Count.ShouldBe(message.Rows);
                foreach (ChangeEntry entry in batch.Entries)
                    actual.Add(Line(batch, entry));
            }

            actual.Order(StringComparer.Ordinal).ShouldBe(expected);
        }

        reader.FastMessages.ShouldBeGreaterThan(rows * 9 / 10, "they are in canal's own order of fields");
    }

    [Fact]
    public void A_disturbed_feed_ends_with_the_same_tables_for_whoever_takes_each_partition_in_order()
    {
        var state = new RetailState();
        var feed = new CanalFeed(new CanalEncoder(), Rough, 1);
        var tables = new Dictionary<string, SortedDictionary<string, string>>();
        var reader = new CanalReader(ChangeMessageOptions.Default);
        var batch = new ChangeBatch();
        int messages = 0, outOfOrder = 0;
        long last = 0;
        void Take(IEnumerable<CanalMessage> arrived)
        {
            foreach (CanalMessage message in arrived)
            {
                messages++;
                batch.Clear();
                reader.Read(new ChangeMessage(default, message.Value, messages, 0), batch);
                foreach (ChangeEntry entry in batch.Entries)
                {
                    TableSchema schema = batch.Schemas[entry.Schema];
                    if (!tables.TryGetValue(schema.Table, out SortedDictionary<string, string>? rows))
                        tables[schema.Table] = rows = [];
                    var change = new ChangeReader(batch.ValueOf(entry).Span);
                    if (change.Before.Length > 0)
                        rows.Remove(Values(schema, change.Before)[0]!);
                    if (change.After.Length > 0)
                        rows[Values(schema, change.After)[0]!] = string.Join('|', Values(schema, change.After));
                    outOfOrder += entry.TimestampMilliseconds < last ? 1 : 0;
                    last = entry.TimestampMilliseconds;
                }
            }
        }

        foreach (RetailTransaction transaction in History.Of(6, 3_000))
        {
            state.Apply(transaction);
            Take(feed.Carry(transaction));
        }

        Take(feed.Flush());
        outOfOrder.ShouldBeGreaterThan(10);
        foreach (RetailTable table in RetailSchema.Instance.Tables)
            tables.GetValueOrDefault(table.Name, []).Values.Order(StringComparer.Ordinal).ShouldBe(state.Rows(table).Select(row => string.Join('|', Texts(table, row))).Order(StringComparer.Ordinal), table.FullName);
    }

    [Theory]
    [InlineData(BadMessageKind.MissingColumn, false)]
    [InlineData(BadMessageKind.MissingKey, true)]
    [InlineData(BadMessageKind.WrongType, true)]
    [InlineData(BadMessageKind.UnknownTable, false)]
    [InlineData(BadMessageKind.NegativeNumber, false)]
    [InlineData(BadMessageKind.DuplicateKey, false)]
    [InlineData(BadMessageKind.DeleteBeforeInsert, false)]
    [InlineData(BadMessageKind.ClockJump, false)]
    [InlineData(BadMessageKind.Torn, true)]
    public void Bad_messages_are_made_on_demand_and_those_that_say_nothing_are_refused(BadMessageKind kind, bool isRefused)
    {
        CanalMessage good = History.Of(7, 400).SelectMany(new CanalEncoder().Encode).First(static message => message.Topic == "retail.gqsh_order.gqsh_order");
        CanalMessage bad = BadMessages.Make(kind, good);
        bad.Value.ShouldNotBe(good.Value);
        var reader = new CanalReader(ChangeMessageOptions.Default);
        Func<int> read = () => reader.Read(new ChangeMessage(default, bad.Value, 1, 0), new ChangeBatch());
        if (isRefused)
            Should.Throw<MessageException>(() => read());
        else
            read().ShouldBe(1);
    }

    static string Line(ChangeBatch batch, in ChangeEntry entry)
    {
        TableSchema schema = batch.Schemas[entry.Schema];
        var change = new ChangeReader(batch.ValueOf(entry).Span);
        return $"{entry.Kind} {schema.Table} {string.Join('|', change.Before.Length > 0 ? Values(schema, change.Before) : [])} -> {string.Join('|', change.After.Length > 0 ? Values(schema, change.After) : [])}";
    }

    static string Line(RowChangeKind kind, RetailTable table, object?[]? before, object?[]? after) =>
        $"{kind} {table.Name} {string.Join('|', before is null ? [] : Texts(table, before))} -> {string.Join('|', after is null ? [] : Texts(table, after))}";

    static IEnumerable<string?> Texts(RetailTable table, object?[] row) => row.Select((value, place) => CanalEncoder.Text(value, table.Columns[place]));

    static string?[] Values(TableSchema schema, ReadOnlySpan<byte> row)
    {
        var values = new List<string?>();
        var reader = new RowReader(schema, row);
        while (reader.Read())
        {
            values.Add(RowValues.Get(reader) switch
            {
                DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
                DateOnly date => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text || value is string ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) : null,
            });
        }

        return [.. values];
    }
}
