using System.Text.Json;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

public sealed class MaxwellReaderTests
{
    readonly MaxwellReader reader = new(ChangeMessageOptions.Default);

    const string Create = """
        {"type":"table-create","database":"shop","table":"orders","def":{"database":"shop","charset":"utf8mb4","table":"orders","columns":[{"type":"bigint","name":"id","signed":false},
         {"type":"datetime","name":"at","column-length":3},{"type":"blob","name":"raw"},{"type":"json","name":"doc"},{"type":"set","name":"tags","enum-values":["a","b"]},{"type":"tinyint","name":"n","signed":true},
         {"type":"bit","name":"flags"},{"type":"point","name":"place"}],"primary-key":["id"]},"ts":1596684883123,"sql":"create table orders (...)"}
        """;

    [Fact]
    public void A_definition_gives_the_rows_after_it_their_types()
    {
        Change create = Change.Read(reader, Create).Single();
        create.Kind.ShouldBe(ChangeKind.Schema);
        create.Statement.ShouldBe("create table orders (...)");
        create.Time.ShouldBe(1596684883123);
        Change insert = Change.Read(reader, """
            {"database":"shop","table":"orders","type":"insert","ts":1596684883,"xid":7125,"commit":true,
             "data":{"id":18446744073709551615,"at":"2020-08-06 03:34:43.123","raw":"AP8=","doc":{"k":[1,2.50]},"tags":["a","b"],"n":-1,"flags":3,"place":"POINT(1 2)"}}
            """).Single();
        insert.Schema.Fingerprint.ShouldBe(create.Schema.Fingerprint);
        insert.Key.ShouldBe([ulong.MaxValue]);
        insert.Time.ShouldBe(1596684883000);
        insert.After.ShouldBe([ulong.MaxValue, new DateTime(2020, 8, 6, 3, 34, 43, 123), new byte[] { 0, 255 }, "{\"k\":[1,2.50]}", "a,b", (sbyte)-1, 3UL, "POINT(1 2)"]);
    }

    [Fact]
    public void Old_overlays_data_and_a_null_in_it_was_null()
    {
        Change change = Change.Read(reader, """{"database":"d","table":"t","type":"update","ts":1,"data":{"id":1,"a":"x","b":"y"},"old":{"a":null},"primary_key_columns":["id"]}""").Single();
        change.After.ShouldBe(["1", "x", "y"]);
        change.Before.ShouldBe(["1", null, "y"]);
        change.Key.ShouldBe(["1"]);
    }

    [Fact]
    public void The_key_is_named_by_the_record_where_the_message_does_not() =>
        Change.Read(reader, """{"database":"d","table":"t","type":"delete","ts":1,"data":{"a":2,"id":1}}""", """{"database":"d","table":"t","pk.id":1}""").Single().Key.ShouldBe(["1"]);

    [Fact]
    public void The_rows_of_a_bootstrap_are_reads_and_its_borders_carry_no_change()
    {
        Change.Read(reader, """{"database":"d","table":"t","type":"bootstrap-start","ts":1,"data":{}}""").ShouldBeEmpty();
        Change.Read(reader, """{"database":"d","table":"t","type":"bootstrap-insert","ts":1,"data":{"id":1}}""").Single().Kind.ShouldBe(ChangeKind.Read);
        Change.Read(reader, """{"database":"d","table":"t","type":"bootstrap-complete","ts":1,"data":{}}""").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"database":"d","table":"t","type":"upsert","data":{}}""", MessageFault.Envelope)]
    [InlineData("""{"database":"d","table":"t","type":"insert","data":null}""", MessageFault.Envelope)]
    [InlineData("""{"database":"d","table":"t","type":"insert","data":{}}""", MessageFault.Schema)]
    [InlineData("""{"database":"d","type":"insert","data":{"id":1}}""", MessageFault.Table)]
    [InlineData("""{"database":"d","table":"t","type":"insert","data":{"id":1},"primary_key_columns":["x"]}""", MessageFault.Schema)]
    [InlineData("nothing", MessageFault.Json)]
    public void A_message_that_cannot_be_read_is_refused_with_its_reason(string text, MessageFault fault) =>
        Should.Throw<MessageException>(() => Change.Read(reader, text)).Fault.ShouldBe(fault);

    [Fact]
    public void Every_real_message_is_read_whole()
    {
        int rows = 0;
        foreach ((string file, byte[] message) in Messages())
        {
            Change change = Change.Read(reader, message).Single();
            using JsonDocument document = JsonDocument.Parse(message);
            JsonElement data = document.RootElement.GetProperty("data");
            object?[] values = change.Kind == ChangeKind.Delete ? change.Before : change.After;
            foreach (JsonProperty field in data.EnumerateObject())
                values[change.Schema.IndexOf(field.Name)].ShouldBe(field.Value.ValueKind == JsonValueKind.Null ? null : field.Value.ToString(), file);
            change.Schema.KeyColumns.Count.ShouldBe(1, file);
            if (document.RootElement.TryGetProperty("old", out JsonElement old))
                foreach (JsonProperty field in old.EnumerateObject())
                    change.Was(field.Name).ShouldBe(field.Value.ToString(), file);
            rows++;
        }

        rows.ShouldBe(28);
    }

    [Fact]
    public void A_changed_message_is_read_or_refused() =>
        Fuzz.Run([.. Messages().Select(message => message.Message), System.Text.Encoding.UTF8.GetBytes(Create)], () => new MaxwellReader(new ChangeMessageOptions { SchemasMax = 50 }));

    static IEnumerable<(string File, byte[] Message)> Messages() => TestData.Lines("cdc/paimon/maxwell").Concat(TestData.Lines("cdc/seatunnel", "maxwell*.jsonl"));
}
