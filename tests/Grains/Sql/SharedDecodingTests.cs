using System.Text;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sources;
using Orrery.Log;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Tables over one topic of messages: each message is parsed once, and each table has its own rows of it.</summary>
public sealed class SharedDecodingTests
{
    const int Tables = 5, Messages = 40;

    [Fact]
    public void Messages_are_parsed_once_for_all_tables_and_each_takes_its_own_rows()
    {
        using var graph = new DataflowGraph(null);
        var shared = new SharedDecoding(new CanalReader(new ChangeMessageOptions()));
        Reader[] readers = [.. Enumerable.Range(0, Tables).Select(number => new Reader(graph, shared, number))];
        SourceSlice first = Slice(0, Enumerable.Range(0, Messages).Select(static number => Message(number % Tables, number)));
        foreach (Reader reader in readers)
            reader.Decode(first);
        shared.Parsed.ShouldBe(Messages);
        readers.Select(static reader => reader.Rows).ShouldAllBe(static rows => rows == Messages / Tables);

        // Those that stand elsewhere read other batches: they are parsed for them, too, and rows before and behind their slice are not theirs.
        SourceSlice part = Slice(Messages, Enumerable.Range(0, Messages).Select(static number => Message(number % Tables, number))) with { From = Messages + Tables, To = Messages + (3 * Tables) };
        readers[0].Decode(part);
        readers[0].Rows.ShouldBe((Messages / Tables) + 2);
        shared.Parsed.ShouldBe(2 * Messages);
        readers[1].Decode(part);
        shared.Parsed.ShouldBe(2 * Messages);
        foreach (Reader reader in readers)
            reader.Dispose();
    }

    [Fact]
    public void A_message_that_says_nothing_is_refused_by_each_table_and_a_value_that_does_not_fit_by_its_own()
    {
        using var graph = new DataflowGraph(null);
        var shared = new SharedDecoding(new CanalReader(new ChangeMessageOptions()));
        using var left = new Reader(graph, shared, 0);
        using var right = new Reader(graph, shared, 1);
        SourceSlice slice = Slice(100, [Message(0, 1), "{\"data\":[{\"id\":", Message(1, 2), Message(0, 3, "\"many\""), Message(0, 4), Message(1, 5, "null"), Message(1, 6)]);
        left.Decode(slice);
        right.Decode(slice);
        shared.Parsed.ShouldBe(7);
        (left.Rows, right.Rows).ShouldBe((2, 2));
        left.Rejected.Select(static bad => bad.Offset).ShouldBe([101, 103]);
        right.Rejected.Select(static bad => bad.Offset).ShouldBe([101, 105]);
        // The record goes with its own reason.
        Encoding.UTF8.GetString(left.Rejected[1].Record.Value.Span).ShouldContain("many");
        right.Rejected[1].Reason.ShouldContain("amount");
    }

    static string Message(int table, int id, string amount = "\"5\"") => $$"""
        {"data":[{"id":"{{id}}","amount":{{amount}}}],"database":"shop","es":1,"id":1,"isDdl":false,"mysqlType":{"id":"bigint","amount":"{{(amount.Contains("many", StringComparison.Ordinal) ? "varchar(20)" : "int")}}"},"old":null,"pkNames":["id"],"sql":"","sqlType":{"id":-5,"amount":4},"table":"t{{table}}","ts":1,"type":"INSERT"}
        """;

    static SourceSlice Slice(long from, IEnumerable<string> messages)
    {
        var encoder = new LogBatchEncoder();
        foreach (string message in messages)
            encoder.Add([], Encoding.UTF8.GetBytes(message), 0);
        int records = encoder.Records;
        byte[] batch = encoder.Finish().ToArray();
        LogBatches.Stamp(batch, from, 0);
        return new SourceSlice(0, from, from + records, from + records, LogBatches.Parse(batch), batch.Length, null);
    }

    sealed class Reader : IDisposable
    {
        readonly ChangeDecoder decoder;
        readonly RowTarget target;

        public Reader(DataflowGraph graph, SharedDecoding shared, int number)
        {
            Relation relation = ((BoundCreateTable)SqlBinder.Bind(SqlParser.ParseStatement($"CREATE TABLE ods_t{number} (id BIGINT, amount INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED)"), new SchemaCatalog([]))).Relation;
            decoder = new ChangeDecoder(null!, "", shared, $"shop.t{number}");
            target = new RowTarget(graph.AddTable(relation), graph.Arena, (_, weight) => Rows += weight);
        }

        public int Rows { get; private set; }

        public List<(long Offset, LogRecord Record, string Reason)> Rejected { get; } = [];

        public void Decode(SourceSlice slice) => decoder.Decode(slice, target, (offset, record, reason) => Rejected.Add((offset, record, reason)));

        public void Dispose() => target.Dispose();
    }
}
