using System.Text;
using System.Text.Json;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

public sealed class DebeziumReaderTests
{
    readonly DebeziumReader reader = new(new ChangeMessageOptions { Database = "d", Table = "t" });

    static string WithSchema(string fields, string payload) => $$"""
        {"schema":{"type":"struct","fields":[{"type":"struct","fields":[{{fields}}],"optional":true,"field":"before"},{"type":"struct","fields":[{{fields}}],"optional":true,"field":"after"}]},
         "payload":{{{payload}},"source":{"db":"shop","table":"orders","ts_ms":1700000000123},"ts_ms":1700000000999} }
        """;

    [Fact]
    public void Values_have_the_types_of_the_schema_within_the_message()
    {
        string fields = """
            {"type":"int64","optional":false,"field":"id"},{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2","connect.decimal.precision":"38"},"optional":true,"field":"amount"},
            {"type":"int32","name":"io.debezium.time.Date","optional":true,"field":"day"},{"type":"int64","name":"io.debezium.time.MicroTime","optional":true,"field":"span"},
            {"type":"int64","name":"io.debezium.time.Timestamp","optional":true,"field":"ms"},{"type":"int64","name":"io.debezium.time.MicroTimestamp","optional":true,"field":"us"},
            {"type":"int64","name":"io.debezium.time.NanoTimestamp","optional":true,"field":"ns"},{"type":"string","name":"io.debezium.time.ZonedTimestamp","optional":true,"field":"zoned"},
            {"type":"int32","name":"org.apache.kafka.connect.data.Date","optional":true,"field":"cday"},{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp","optional":true,"field":"cts"},
            {"type":"bytes","name":"io.debezium.data.Bits","parameters":{"length":"64"},"optional":true,"field":"bits"},{"type":"bytes","optional":true,"field":"raw"},
            {"type":"string","name":"io.debezium.data.Uuid","optional":true,"field":"uuid"},{"type":"string","name":"io.debezium.data.Json","optional":true,"field":"json"},
            {"type":"struct","name":"io.debezium.data.VariableScaleDecimal","optional":true,"field":"free"},{"type":"array","optional":true,"field":"list"},{"type":"boolean","optional":true,"field":"flag"}
            """;
        string row = """
            {"id":9223372036854775807,"amount":"APX////////////////w","day":-1,"span":-3020399000001,"ms":1700000000123,"us":1700000000123456,"ns":1700000000123456700,"zoned":"2020-07-17T18:00:22.5+08:00",
             "cday":19439,"cts":0,"bits":"/////////38=","raw":"AP8=","uuid":"651aed08-390f-4893-b2f1-36923e7b7400","json":"{\"a\": 1}","free":{"scale":3,"value":"AeJA"},"list":[1,"x"],"flag":true}
            """;
        Change change = Change.Read(reader, WithSchema(fields, $"\"op\":\"c\",\"before\":null,\"after\":{row}"), """{"schema":{},"payload":{"id":1}}""").Single();
        change.Kind.ShouldBe(ChangeKind.Insert);
        change.Time.ShouldBe(1700000000123);
        change.Schema.ToString().ShouldBe("shop.orders");
        change.Key.ShouldBe([long.MaxValue]);
        change["amount"].ShouldBe(new ExactDecimal(Int128.Parse("4989472762498310924291023816359920"), 2));
        change["day"].ShouldBe(new DateOnly(1969, 12, 31));
        change["span"].ShouldBe(TimeSpan.FromMicroseconds(-3020399000001));
        change["ms"].ShouldBe(new DateTime(2023, 11, 14, 22, 13, 20, 123));
        change["us"].ShouldBe(new DateTime(2023, 11, 14, 22, 13, 20, 123).AddMicroseconds(456));
        change["ns"].ShouldBe(new DateTime(2023, 11, 14, 22, 13, 20, 123).AddTicks(4567));
        change["zoned"].ShouldBe(new DateTimeOffset(2020, 7, 17, 18, 0, 22, 500, TimeSpan.FromHours(8)));
        change["cday"].ShouldBe(new DateOnly(2023, 3, 23));
        change["cts"].ShouldBe(new DateTime(1970, 1, 1));
        change["bits"].ShouldBe(0x7FFFFFFFFFFFFFFFUL);
        change["raw"].ShouldBe(new byte[] { 0, 255 });
        change["uuid"].ShouldBe(Guid.Parse("651aed08-390f-4893-b2f1-36923e7b7400"));
        change["json"].ShouldBe("{\"a\": 1}");
        change["free"].ShouldBe("123.456");
        change["list"].ShouldBe("[1,\"x\"]");
        change["flag"].ShouldBe(true);
    }

    [Theory]
    [InlineData("\"EtaH\"", "123.4567")]
    [InlineData("123.4567", "123.4567")]
    [InlineData("1.234567E2", "123.4567")]
    [InlineData("\"/w==\"", "-0.0001")]
    public void A_decimal_may_be_base64_or_a_number(string json, string value)
    {
        string fields = """{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"4"},"optional":true,"field":"v"}""";
        Change.Read(reader, WithSchema(fields, $"\"op\":\"r\",\"after\":{{\"v\":{json}}}")).Single()["v"].ShouldBe(ExactDecimal.Parse(value));
    }

    [Fact]
    public void Without_a_schema_the_declared_one_gives_types_and_units()
    {
        var declared = new TableSchema("d", "t",
        [
            new Column("id", new ColumnType(ColumnKind.Int32), "", false), new Column("v", new ColumnType(ColumnKind.Decimal, 8, 4), "", true), new Column("day", new ColumnType(ColumnKind.Date), "", true),
            new Column("ms", new ColumnType(ColumnKind.Timestamp, 3), "", true), new Column("us", new ColumnType(ColumnKind.Timestamp, 6), "", true), new Column("raw", new ColumnType(ColumnKind.Binary), "", true),
        ], [0]);
        var typed = new DebeziumReader(new ChangeMessageOptions { Database = "d", Table = "t", Declared = (_, _) => declared });
        Change change = Change.Read(typed, """{"before":null,"after":{"id":1,"v":"EtaH","day":18460,"ms":1595008822123,"us":1595008822123456,"raw":"AQ=="},"op":"c"}""").Single();
        change.After.ShouldBe([1, ExactDecimal.Parse("123.4567"), new DateOnly(2020, 7, 17), new DateTime(2020, 7, 17, 18, 0, 22, 123), new DateTime(2020, 7, 17, 18, 0, 22, 123).AddMicroseconds(456), new byte[] { 1 }]);
        var text = new DebeziumReader(new ChangeMessageOptions { Database = "d", Table = "t", Declared = (_, _) => declared, DecimalsAreText = true });
        Change.Read(text, """{"after":{"id":1,"v":"123.4567"},"op":"c"}""").Single()["v"].ShouldBe(ExactDecimal.Parse("123.4567"));
    }

    [Fact]
    public void Without_any_schema_columns_are_text_and_a_new_column_makes_a_new_schema()
    {
        Change first = Change.Read(reader, """{"before":null,"after":{"id":101,"weight":3.140000104904175},"op":"c"}""").Single();
        first.After.ShouldBe(["101", "3.140000104904175"]);
        Change second = Change.Read(reader, """{"before":null,"after":{"id":102,"weight":null,"age":18},"op":"c"}""").Single();
        second.After.ShouldBe(["102", null, "18"]);
        second.Schema.Fingerprint.ShouldNotBe(first.Schema.Fingerprint);
        // What a row does not have any more is missing.
        Change.Read(reader, """{"before":null,"after":{"id":103},"op":"c"}""").Single().After.ShouldBe(["103", RowValues.Missing, RowValues.Missing]);
    }

    [Fact]
    public void A_before_that_is_null_or_lacks_columns_says_only_what_it_says()
    {
        string key = """{"id":1}""";
        Change none = Change.Read(reader, """{"before":null,"after":{"id":1,"v":"b"},"op":"u"}""", key).Single();
        none.Before.ShouldBe(["1", RowValues.Missing]);
        Change part = Change.Read(reader, """{"before":{"v":"a"},"after":{"id":1,"v":"b"},"op":"u"}""", key).Single();
        part.Before.ShouldBe([RowValues.Missing, "a"]);
        part.Key.ShouldBe(["1"]);
    }

    [Fact]
    public void A_value_that_debezium_calls_unavailable_is_missing()
    {
        Change change = Change.Read(reader, """{"before":null,"after":{"id":1,"v":"__debezium_unavailable_value"},"op":"u"}""", """{"id":1}""").Single();
        change.After.ShouldBe(["1", RowValues.Missing]);
    }

    [Fact]
    public void Tombstones_transactions_heartbeats_and_logical_messages_carry_no_change()
    {
        foreach (string value in new[] { "", "null", """{"schema":null,"payload":null}""", """{"status":"BEGIN","id":"571","ts_ms":1}""", """{"ts_ms":1}""", """{"op":"m","message":{},"ts_ms":1}""" })
            Change.Read(reader, value, """{"id":1}""").ShouldBeEmpty();
    }

    [Fact]
    public void Truncates_reads_and_schemas_of_a_database_are_known()
    {
        Change.Read(reader, """{"op":"t","source":{"db":"d","schema":"public","table":"t"}}""").Single().Kind.ShouldBe(ChangeKind.Truncate);
        Change read = Change.Read(reader, """{"op":"r","after":{"id":1},"source":{"db":"d","schema":"public","table":"t"}}""").Single();
        read.Kind.ShouldBe(ChangeKind.Read);
        read.Schema.Table.ShouldBe("public.t");
    }

    [Fact]
    public void A_schema_change_carries_its_statement_for_each_table()
    {
        Change change = Change.Read(reader, """
            {"source":{"db":"inventory","table":"customers"},"ts_ms":5,"databaseName":"inventory","schemaName":null,"ddl":"ALTER TABLE customers ADD middle_name varchar(255)",
             "tableChanges":[{"type":"ALTER","id":"\"inventory\".\"customers\"","table":{"columns":[]}}]}
            """).Single();
        change.Kind.ShouldBe(ChangeKind.Schema);
        change.Statement.ShouldBe("ALTER TABLE customers ADD middle_name varchar(255)");
        change.Schema.ToString().ShouldBe("inventory.customers");
    }

    [Theory]
    [InlineData("""{"a":1}""", MessageFault.Envelope)]
    [InlineData("""{"op":"c","after":null}""", MessageFault.Envelope)]
    [InlineData("""{"op":"x","after":{}}""", MessageFault.Envelope)]
    [InlineData("""{"op":"c","after":"{\"_id\":1}"}""", MessageFault.Envelope)]
    [InlineData("""{"op":"c","after":{"id":1}""", MessageFault.Json)]
    [InlineData("""{"schema":{"fields":[]},"payload":{"op":"c","after":{"id":1}}}""", MessageFault.Schema)]
    [InlineData("""{"schema":{"fields":[{"field":"after","fields":[{"field":"id","type":"int8"}]}]},"payload":{"op":"c","after":{"id":128}}}""", MessageFault.Value)]
    [InlineData("""{"schema":{"fields":[{"field":"after","fields":[{"field":"id","type":"int64","name":"io.debezium.time.NanoTimestamp"}]}]},"payload":{"op":"c","after":{"id":1}}}""", MessageFault.Value)]
    [InlineData("""{"schema":{"fields":[{"field":"after","fields":[{"field":"id","type":"int8"}]}]},"payload":{"op":"c","after":{"other":1}}}""", MessageFault.Schema)]
    public void A_message_that_cannot_be_read_is_refused_with_its_reason(string text, MessageFault fault) =>
        Should.Throw<MessageException>(() => Change.Read(reader, text)).Fault.ShouldBe(fault);

    [Fact]
    public void Every_real_message_is_read_whole()
    {
        int rows = 0;
        foreach ((string file, byte[] message) in Messages())
        {
            using JsonDocument document = JsonDocument.Parse(message);
            JsonElement payload = document.RootElement.TryGetProperty("payload", out JsonElement inner) ? inner : document.RootElement;
            Change change = Change.Read(new DebeziumReader(new ChangeMessageOptions { Database = "d", Table = "t" }), message).Single();
            JsonElement row = payload.GetProperty(change.Kind == ChangeKind.Delete ? "before" : "after");
            object?[] values = change.Kind == ChangeKind.Delete ? change.Before : change.After;
            for (int column = 0; column < values.Length; column++)
            {
                string name = change.Schema.Columns[column].Name;
                if (!row.TryGetProperty(name, out JsonElement value)) values[column].ShouldBe(RowValues.Missing, file);
                else if (value.ValueKind == JsonValueKind.Null) values[column].ShouldBeNull(file);
                else if (values[column] is string text) text.ShouldBe(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), $"{file} {name}");
                else if (values[column] is int or long or short) Convert.ToInt64(values[column]).ShouldBe(value.GetInt64(), $"{file} {name}");
                else if (values[column] is double number) number.ShouldBe(value.GetDouble(), $"{file} {name}");
                else if (values[column] is ExactDecimal exact) ExactDecimal.TryParse(Encoding.UTF8.GetBytes(value.GetRawText()), exact.Scale, out Int128 unscaled).ShouldBe(unscaled == exact.Unscaled, $"{file} {name}");
                else if (values[column] is byte[] bytes) bytes.ShouldBe(value.GetBytesFromBase64(), $"{file} {name}");
                else values[column].ShouldNotBe(RowValues.Missing, $"{file} {name}");
            }

            rows++;
        }

        rows.ShouldBe(88);
    }

    [Fact]
    public void The_type_matrix_with_schema_has_every_kind()
    {
        byte[] message = TestData.Lines("cdc/paimon/debezium/table/schema/alltype").Single().Message;
        Change change = Change.Read(reader, message).Single();
        string kinds = string.Join(' ', change.Schema.Columns.Select(column => column.Type.Kind).Distinct());
        kinds.ShouldBe("Int32 Decimal Boolean UInt64 Int16 Int64 Float64 Date Timestamp TimestampWithZone Text Binary Json Time");
        change["_bit"].ShouldBe(0x07C7UL);
        change["_fixed"]!.ToString().ShouldStartWith("123456789876543212345678987654321.1");
        change["_datetime6"].ShouldBe(new DateTime(2023, 3, 23, 14, 30, 5).AddMicroseconds(123456));
        change["_timestamp"].ShouldBe(new DateTimeOffset(2023, 3, 23, 22, 0, 10, TimeSpan.Zero).AddMicroseconds(123456));
        change["_time"].ShouldBe(new TimeSpan(10, 13, 23));
    }

    [Fact]
    public void A_real_message_whose_schema_and_rows_disagree_is_refused()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestData.Folder("cdc/flink-cdc"), "debezium-data-schema-include.json")));
        foreach (JsonProperty message in document.RootElement.EnumerateObject())
            Should.Throw<MessageException>(() => Change.Read(reader, message.Value.GetRawText())).Fault.ShouldBe(MessageFault.Schema);
    }

    [Fact]
    public void A_changed_message_is_read_or_refused()
    {
        byte[][] messages = [.. Messages().Select(message => message.Message).Where(message => message.Length < 4000)];
        Fuzz.Run(messages, () => new DebeziumReader(new ChangeMessageOptions { Database = "d", Table = "t", SchemasMax = 50 }));
    }

    static IEnumerable<(string File, byte[] Message)> Messages()
    {
        foreach (var line in TestData.Lines("cdc/paimon/debezium").Concat(TestData.Lines("cdc/seatunnel", "debezium*.jsonl"))) yield return line;
        foreach (var line in TestData.Lines("cdc/flink-cdc", "expectedEvents*.txt"))
            if (line.Message[0] == '{')
                yield return line;
        foreach (string file in new[] { "debezium-data-schema-exclude.json", "debezium-data-schema-exclude-with-numeric-decimal.json" })
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestData.Folder("cdc/flink-cdc"), file)));
            foreach (JsonProperty message in document.RootElement.EnumerateObject()) yield return (file, Encoding.UTF8.GetBytes(message.Value.GetRawText()));
        }
    }
}
