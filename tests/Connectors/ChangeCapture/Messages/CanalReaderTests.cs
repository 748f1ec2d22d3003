using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

public sealed class CanalReaderTests
{
    readonly CanalReader reader = new(ChangeMessageOptions.Default);

    static string Message(string data, string types, string old = "null", string type = "INSERT", string keys = "[\"id\"]", string database = "shop", string table = "orders") =>
        $$"""{"data":[{{data}}],"database":"{{database}}","es":1718000000000,"id":5,"isDdl":false,"mysqlType":{{types}},"old":{{old}},"pkNames":{{keys}},"sql":"","sqlType":{"id":-5},"table":"{{table}}","ts":1718000000123,"type":"{{type}}"}""";

    const string Types = """{"id":"bigint(20)","name":"varchar(40)","amount":"decimal(18,2)"}""";

    [Fact]
    public void A_row_has_the_types_that_mysqlType_says_and_the_time_of_its_commit()
    {
        Change change = Change.Read(reader, Message("""{"id":"9007199254740993","name":"华为","amount":"12345678901234567.89"}""", Types)).Single();
        change.Kind.ShouldBe(ChangeKind.Insert);
        change.Time.ShouldBe(1718000000000);
        change.Sequence.ShouldBe(7);
        change.Key.ShouldBe([9007199254740993L]);
        change.After.ShouldBe([9007199254740993L, "华为", new ExactDecimal(1234567890123456789, 2)]);
        change.Schema.ToString().ShouldBe("shop.orders");
        change.Schema.Columns[2].NativeType.ShouldBe("decimal(18,2)");
    }

    [Fact]
    public void The_row_before_is_the_row_overlaid_with_old()
    {
        Change change = Change.Read(reader, Message("""{"id":"1","name":"new","amount":"1.00"}""", Types, """[{"name":"old"}]""", "UPDATE")).Single();
        change.After.ShouldBe([1L, "new", new ExactDecimal(100, 2)]);
        change.Before.ShouldBe([1L, "old", new ExactDecimal(100, 2)]);
    }

    [Fact]
    public void A_column_that_old_lacks_is_unchanged_and_one_that_it_has_as_null_was_null()
    {
        string types = Types;
        foreach (string old in new[] { """[{"name":null}]""", """[{ "name": null }]""" })
        {
            Change change = Change.Read(reader, Message("""{"id":"1","name":"new","amount":null}""", types, old, "UPDATE")).Single();
            change.Was("name").ShouldBeNull();
            change.Was("amount").ShouldBeNull();
            change.Was("id").ShouldBe(1L);
            change["name"].ShouldBe("new");
        }
    }

    [Fact]
    public void A_changed_key_is_an_update_of_the_key()
    {
        Change change = Change.Read(reader, Message("""{"id":"2","name":"a","amount":null}""", Types, """[{"id":"1"}]""", "UPDATE")).Single();
        change.Key.ShouldBe([2L]);
        change["id"].ShouldBe(2L);
        change.Was("id").ShouldBe(1L);
    }

    [Fact]
    public void Old_of_several_rows_may_name_columns_that_did_not_change_in_a_row()
    {
        // canal collects the changed columns over the message: the second row changed only its amount, and old says its unchanged name too.
        List<Change> changes = Change.Read(reader, Message(
            """{"id":"1","name":"x","amount":"1.00"},{"id":"2","name":"same","amount":"2.00"}""", Types, """[{"name":"w"},{"name":"same","amount":"1.50"}]""", "UPDATE"));
        changes[0].Before.ShouldBe([1L, "w", new ExactDecimal(100, 2)]);
        changes[1].Before.ShouldBe([2L, "same", new ExactDecimal(150, 2)]);
        changes.Select(change => change.Sequence).ShouldBe([7, 7]);
    }

    [Fact]
    public void Columns_that_were_not_logged_are_missing_and_not_null()
    {
        Change change = Change.Read(reader, Message("""{"id":"1","amount":null}""", Types, type: "DELETE")).Single();
        change.Kind.ShouldBe(ChangeKind.Delete);
        change.Before.ShouldBe([1L, RowValues.Missing, null]);
    }

    [Fact]
    public void Unsigned_integers_are_known_by_mysqlType_whatever_sqlType_says()
    {
        Change change = Change.Read(reader, Message("""{"id":"18446744073709551615","a":"255","b":"65535","c":"4294967295","d":"16777215"}""",
            """{"id":"bigint(20) unsigned","a":"tinyint(3) unsigned","b":"SMALLINT UNSIGNED ZEROFILL","c":"int(10) unsigned","d":"mediumint(8) unsigned"}""")).Single();
        change.After.ShouldBe([ulong.MaxValue, byte.MaxValue, ushort.MaxValue, uint.MaxValue, 16777215u]);
    }

    [Fact]
    public void Bits_are_decimal_numbers_up_to_64_bits()
    {
        Change change = Change.Read(reader, Message("""{"id":"1","b":"18446744073709551615","one":"1"}""", """{"id":"int","b":"bit(64)","one":"bit(1)"}""")).Single();
        change.After.ShouldBe([1, ulong.MaxValue, 1UL]);
    }

    [Fact]
    public void Binary_columns_are_characters_of_one_byte_each()
    {
        Change change = Change.Read(reader, Message("{\"id\":\"1\",\"b\":\"\\u0000\\u0001ð?\\\"\u00ff\\\\\",\"p\":\"ÿ\"}", """{"id":"int","b":"varbinary(20)","p":"BLOB"}""")).Single();
        change["b"].ShouldBe(new byte[] { 0, 1, 0xF0, 0x3F, 0x22, 0xFF, 0x5C });
        change["p"].ShouldBe(new byte[] { 0xFF });
    }

    [Fact]
    public void A_character_beyond_one_byte_in_a_binary_column_is_refused() =>
        Fault(Message("""{"id":"1","b":"华"}""", """{"id":"int","b":"blob"}""")).Fault.ShouldBe(MessageFault.Value);

    [Fact]
    public void Dates_with_zero_parts_and_spans_beyond_a_day_are_carried()
    {
        Change change = Change.Read(reader, Message("""{"id":"1","d":"0000-00-00","t":"2020-00-10 12:00:00","s":"-838:59:59.000001","p":"2023-03-23 14:30:05.123456"}""",
            """{"id":"int","d":"date","t":"datetime","s":"time(6)","p":"timestamp(6)"}""")).Single();
        change["d"]!.ToString().ShouldBe("0000-00-00");
        change["t"]!.ToString().ShouldBe("2020-00-10 12:00:00");
        change["s"].ShouldBe(-(new TimeSpan(838, 59, 59) + TimeSpan.FromMicroseconds(1)));
        change["p"].ShouldBe(new DateTime(2023, 3, 23, 14, 30, 5).AddMicroseconds(123456));
    }

    [Fact]
    public void A_statement_carries_its_text_and_the_schema_that_was_known_before()
    {
        Change first = Change.Read(reader, Message("""{"id":"1","name":"a","amount":null}""", Types)).Single();
        Change alter = Change.Read(reader, Statement("ALTER", "/* Query from DMS-WEBSQL-0 */ ALTER TABLE orders ADD COLUMN city varchar(20)")).Single();
        alter.Kind.ShouldBe(ChangeKind.Schema);
        alter.Statement.ShouldBe("/* Query from DMS-WEBSQL-0 */ ALTER TABLE orders ADD COLUMN city varchar(20)");
        alter.Schema.ShouldBeSameAs(first.Schema);
        Change next = Change.Read(reader, Message("""{"id":"1","name":"a","amount":null,"city":"杭州"}""", Types.Replace("}", ",\"city\":\"varchar(20)\"}"))).Single();
        next.Schema.Fingerprint.ShouldNotBe(first.Schema.Fingerprint);
        next["city"].ShouldBe("杭州");
    }

    [Fact]
    public void A_statement_about_a_table_without_rows_so_far_names_the_table()
    {
        Change create = Change.Read(reader, Statement("CREATE", "CREATE TABLE orders (id int)")).Single();
        UnknownColumns.Is(create.Schema).ShouldBeTrue();
        create.Schema.ToString().ShouldBe("shop.orders");
        Change database = Change.Read(reader, Statement("QUERY", "CREATE DATABASE x", "")).Single();
        database.Schema.Table.ShouldBe("");
    }

    [Fact]
    public void A_truncate_is_a_change_of_its_own_kind_and_a_dropped_table_has_no_schema_after_it()
    {
        Change.Read(reader, Message("""{"id":"1","name":"a","amount":null}""", Types));
        Change.Read(reader, Statement("TRUNCATE", "truncate orders")).Single().Kind.ShouldBe(ChangeKind.Truncate);
        var batch = new ChangeBatch();
        reader.Read(new ChangeMessage(default, Encoding.UTF8.GetBytes(Statement("ERASE", "DROP TABLE orders")), 8, 0), batch).ShouldBe(1);
        new ChangeReader(batch.ValueOf(batch.Entries[0]).Span).Fingerprint.ShouldBe(0UL);
        UnknownColumns.Is(Change.Read(reader, Statement("ALTER", "ALTER TABLE orders ...")).Single().Schema).ShouldBeTrue();
    }

    [Fact]
    public void TiCDC_puts_all_columns_into_old()
    {
        Change change = Change.Read(reader, """
            {"id":0,"database":"test","table":"tp_int","pkNames":["id"],"isDdl":false,"type":"UPDATE","es":1639633141221,"ts":1639633142960,"sql":"",
             "sqlType":{"c_int":4,"id":4},"mysqlType":{"id":"int","c_int":"int"},"data":[{"c_int":"5","id":"2"}],"old":[{"c_int":null,"id":"2"}],
             "_tidb":{"commitTs":429918007904436226}}
            """).Single();
        change.After.ShouldBe([2, 5]);
        change.Before.ShouldBe([2, null]);
        change.Time.ShouldBe(1639633141221);
    }

    [Fact]
    public void CKafka_leaves_the_types_null_and_the_columns_are_text_then()
    {
        Change change = Change.Read(reader, """{"data":[{"id":"1","v":"1.50"}],"database":"d","es":1,"id":1,"isDdl":false,"mysqlType":null,"old":[{"id":"1","v":"1.40"}],"pkNames":["id"],"sql":"","sqlType":null,"table":"t","ts":2,"type":"UPDATE"}""").Single();
        change.After.ShouldBe(["1", "1.50"]);
        change.Before.ShouldBe(["1", "1.40"]);
        change.Schema.KeyColumns.ShouldBe([0]);
    }

    [Fact]
    public void A_declared_schema_gives_untyped_messages_their_types_and_what_it_lacks_is_text()
    {
        var declared = new TableSchema("d", "t", [new Column("id", new ColumnType(ColumnKind.Int64), "", false), new Column("v", new ColumnType(ColumnKind.Decimal, 10, 2), "", true)], [0]);
        var typed = new CanalReader(new ChangeMessageOptions { Database = "d", Table = "t", Declared = (_, _) => declared });
        // Flink keeps numbers as numbers and leaves out what describes the table.
        Change change = Change.Read(typed, """{"data":[{"id":1,"v":1.5,"more":true}],"type":"INSERT"}""").Single();
        change.Key.ShouldBe([1L]);
        change.After.ShouldBe([1L, new ExactDecimal(150, 2), "true"]);
        Change fewer = Change.Read(typed, """{"data":[{"id":2}],"type":"DELETE"}""").Single();
        fewer.Before.ShouldBe([2L, RowValues.Missing, RowValues.Missing]);
    }

    [Fact]
    public void With_codes_alone_integers_are_wide_so_that_a_raised_code_changes_nothing()
    {
        string With(int code) => $$$"""{"data":[{"id":"1","u":"200"}],"database":"d","table":"t","type":"INSERT","pkNames":["id"],"sqlType":{"id":4,"u":{{{code}}}}}""";
        Change raised = Change.Read(reader, With(5)).Single();
        Change plain = Change.Read(reader, With(-6)).Single();
        plain.Schema.Fingerprint.ShouldBe(raised.Schema.Fingerprint);
        plain["u"].ShouldBe(200L);
    }

    [Fact]
    public void The_case_and_form_of_a_types_text_do_not_change_the_schema()
    {
        ulong Fingerprint(string type) => Change.Read(reader, Message("""{"id":"1"}""", $$"""{"id":"{{type}}"}""")).Single().Schema.Fingerprint;
        Fingerprint("DECIMAL(8, 0)  UNSIGNED").ShouldBe(Fingerprint("decimal(8,0) unsigned"));
    }

    [Fact]
    public void A_table_without_key_has_its_whole_row_as_key()
    {
        Change change = Change.Read(reader, Message("""{"id":"1","name":"a","amount":null}""", Types, keys: "[]")).Single();
        change.Key.ShouldBe([1L, "a", null]);
        Change.Read(reader, Message("""{"id":"1","name":"a","amount":null}""", Types, keys: "null")).Single().Schema.Fingerprint.ShouldBe(change.Schema.Fingerprint);
    }

    [Fact]
    public void Events_of_transactions_and_heartbeats_carry_no_change()
    {
        foreach (string type in new[] { "GTID", "XACOMMIT", "XAROLLBACK", "MHEARTBEAT", "QUERY" })
            Change.Read(reader, $$"""{"data":null,"database":"d","table":"t","isDdl":false,"type":"{{type}}","sql":""}""").ShouldBeEmpty();
        Change.Read(reader, "").ShouldBeEmpty();
    }

    [Fact]
    public void The_rows_of_a_snapshot_are_reads() =>
        Change.Read(reader, Message("""{"id":"1","name":"a","amount":null}""", Types, type: "INIT")).Single().Kind.ShouldBe(ChangeKind.Read);

    [Theory]
    [InlineData("not json", MessageFault.Json)]
    [InlineData("""{"data":[{"id":"1"}],"type":"INSERT" """, MessageFault.Json)]
    [InlineData("[]", MessageFault.Envelope)]
    [InlineData("""{"a":1}""", MessageFault.Envelope)]
    [InlineData("""{"data":[{"id":"1"}],"type":"INSERT"}""", MessageFault.Table)]
    [InlineData("""{"data":null,"database":"d","table":"t","type":"INSERT"}""", MessageFault.Envelope)]
    [InlineData("""{"data":[1],"database":"d","table":"t","type":"INSERT"}""", MessageFault.Envelope)]
    [InlineData("""{"data":[{"id":"1"}],"database":"d","table":"t","type":"UPSERT"}""", MessageFault.Envelope)]
    [InlineData("""{"data":[{"id":"1"}],"database":"d","table":"t","type":"INSERT","pkNames":["nope"]}""", MessageFault.Schema)]
    [InlineData("""{"data":[{"id":"1x"}],"database":"d","table":"t","type":"INSERT","mysqlType":{"id":"int"}}""", MessageFault.Value)]
    [InlineData("""{"data":[{"id":"2147483648"}],"database":"d","table":"t","type":"INSERT","mysqlType":{"id":"int"}}""", MessageFault.Value)]
    [InlineData("""{"data":[{"id":"1.234"}],"database":"d","table":"t","type":"INSERT","mysqlType":{"id":"decimal(5,2)"}}""", MessageFault.Value)]
    [InlineData("""{"data":[{"id":"\ud800"}],"database":"d","table":"t","type":"INSERT","mysqlType":{"id":"text"}}""", MessageFault.Json)]
    [InlineData("""{"data":[{"id":"1"}],"old":[{},{}],"database":"d","table":"t","type":"UPDATE","mysqlType":{"id":"int"}}""", MessageFault.Envelope)]
    public void A_message_that_cannot_be_read_is_refused_with_its_reason(string text, MessageFault fault) => Fault(text).Fault.ShouldBe(fault);

    [Fact]
    public void A_refusal_names_row_column_value_and_type_and_leaves_the_batch_as_it_was()
    {
        var batch = new ChangeBatch();
        reader.Read(new ChangeMessage(default, Encoding.UTF8.GetBytes(Message("""{"id":"1","name":"a","amount":null}""", Types)), 1, 0), batch);
        int position = batch.Bytes.Position;
        byte[] poison = Encoding.UTF8.GetBytes(Message("""{"id":"1","name":"a","amount":null},{"id":"2","name":"b","amount":"1.239"}""", Types));
        var error = Should.Throw<MessageException>(() => reader.Read(new ChangeMessage(default, poison, 2, 0), batch));
        error.Message.ShouldBe("The canal message 2 cannot be read: row 1 of shop.orders, column 'amount': '1.239' does not fit Decimal(18,2) (decimal(18,2)).");
        batch.Count.ShouldBe(1);
        batch.Bytes.Position.ShouldBe(position);
    }

    [Fact]
    public void Messages_and_rows_beyond_the_bounds_are_refused()
    {
        var small = new CanalReader(new ChangeMessageOptions { MessageBytesMax = 2000, RowsMax = 2 });
        string three = Message("""{"id":"1"},{"id":"2"},{"id":"3"}""", """{"id":"int"}""");
        Should.Throw<MessageException>(() => Change.Read(small, three)).Fault.ShouldBe(MessageFault.Size);
        Should.Throw<MessageException>(() => Change.Read(small, new string(' ', 2001))).Fault.ShouldBe(MessageFault.Size);
    }

    [Fact]
    public void Canals_own_messages_take_the_quick_way_from_the_second_of_a_table_on()
    {
        string[] messages =
        [
            Message("""{"id":"1","name":"a \"quoted\" \\ name\n","amount":"-0.01"}""", Types),
            Message("""{"id":"2","name":"b","amount":null},{"id":"3","name":"","amount":"7.00"}""", Types),
            Message("""{"id":"2","name":"b","amount":null}""", Types, """[{"id":"1","amount":"1.00"}]""", "UPDATE"),
            Message("""{"id":"2","name":"b","amount":null}""", Types, type: "DELETE"),
            Message("""{"id":"2","name":"b","amount":null}""", Types).Replace("\"id\":5", "\"gtid\":\"a:1-5\",\"id\":5"),
        ];
        foreach (string table in new[] { "orders", "items" })
            foreach (string message in messages)
                Change.Read(reader, message.Replace("orders", table));
        reader.FastMessages.ShouldBe(2 * (messages.Length - 1));
        foreach (string message in messages)
            Change.Read(reader, message).ShouldBeEquivalent(Change.Read(reader, " " + message));
    }

    MessageException Fault(string text) => Should.Throw<MessageException>(() => Change.Read(reader, text));

    static string Statement(string type, string sql, string table = "orders") =>
        $$"""{"data":null,"database":"shop","es":1683008289000,"id":13,"isDdl":true,"mysqlType":null,"old":null,"pkNames":null,"sql":"{{sql}}","sqlType":null,"table":"{{table}}","ts":1683008289401,"type":"{{type}}"}""";
}

static class ChangeAssertions
{
    public static void ShouldBeEquivalent(this List<Change> actual, List<Change> expected) =>
        actual.Select(change => change.ToString()).ShouldBe(expected.Select(change => change.ToString()));
}
