using System.Text;
using System.Text.Json;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

public sealed class CanalWriterTests
{
    readonly CanalWriter writer = new(new FixedClock());

    [Fact]
    public void What_canal_wrote_is_written_again_byte_for_byte()
    {
        int compared = 0;
        foreach ((string file, byte[] message) in TestData.Lines("cdc/paimon/canal").Concat(TestData.Lines("cdc/seatunnel", "canal*.jsonl")))
        {
            // Not written by canal itself: decimals without their scale, untyped rows, rows that belie their types.
            if (file.Contains("typenochange") || file.Contains("incomplete") || file.Contains("metadatacolumn") || Encoding.UTF8.GetString(message).Contains("\"A101\"")) continue;
            string[] written = Write(batch => new CanalReader(ChangeMessageOptions.Default).Read(new ChangeMessage(default, message, 1, 0), batch));
            using JsonDocument original = JsonDocument.Parse(message), again = JsonDocument.Parse(written.Single());
            foreach (string field in new[] { "data", "old", "database", "table", "es", "isDdl", "type", "sql" })
                again.RootElement.GetProperty(field).GetRawText().ShouldBe(original.RootElement.GetProperty(field).GetRawText().Replace("\"_date\":\"2023-03-23\", ", "\"_date\":\"2023-03-23\","), $"{file} {field}");
            again.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(original.RootElement.EnumerateObject().Select(field => field.Name), file);
            compared++;
        }

        compared.ShouldBe(67);
    }

    [Fact]
    public void Rows_of_an_event_share_messages_by_place_in_their_order()
    {
        var schema = new TableSchema("shop", "orders", [new Column("id", new ColumnType(ColumnKind.Int32), "int", false)], [0]);
        var batch = new ChangeBatch();
        for (int id = 0; id < 7; id++) Add(batch, schema, ChangeKind.Insert, 5, [id]);
        for (int id = 7; id < 9; id++) Add(batch, schema, ChangeKind.Insert, 6, [id]);
        Add(batch, schema, ChangeKind.Delete, 6, [8]);
        var messages = new List<string>();
        new CanalWriter(new FixedClock(), rowsMax: 3).Write(
            batch, 9, 2, entry => batch.ValueOf(entry).Span[^4] % 2, (message, rows, place) =>
            {
                using JsonDocument json = JsonDocument.Parse(message);
                string ids = string.Join(',', json.RootElement.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString()));
                rows.Count.ShouldBe(json.RootElement.GetProperty("data").GetArrayLength());
                messages.Add($"{place}: {json.RootElement.GetProperty("type").GetString()} {ids}");
            });
        messages.ShouldBe(["0: INSERT 0,2,4", "1: INSERT 1,3,5", "0: INSERT 6", "0: INSERT 8", "1: INSERT 7", "0: DELETE 8"]);
    }

    [Fact]
    public void A_message_has_canals_order_and_form()
    {
        var schema = new TableSchema("shop", "orders", [new Column("id", new ColumnType(ColumnKind.UInt32), "int(10) unsigned", false), new Column("说\"明", new ColumnType(ColumnKind.Text, Length: 40), "varchar(40)", true)], [0]);
        string[] written = Write(batch =>
        {
            Add(batch, schema, ChangeKind.Insert, 5, [3_000_000_000u, "a\t\u0001\u0085"]);
            Add(batch, schema, ChangeKind.Update, 6, [1u, "b"], [1u, "a"]);
            Add(batch, schema, ChangeKind.Update, 6, [3u, null], [2u, null]);
            Add(batch, schema, ChangeKind.Read, 7, [1u, null]);
        });
        written[0].ShouldBe("""{"data":[{"id":"3000000000","说\"明":"a\t\u0001\u0085"}],"database":"shop","es":42,"id":9,"isDdl":false,"mysqlType":{"id":"int(10) unsigned","说\"明":"varchar(40)"},"old":null,"pkNames":["id"],"sql":"","sqlType":{"id":-5,"说\"明":12},"table":"orders","ts":1718000000123,"type":"INSERT"}""");
        // The second row's old has the first row's changed column too: canal collects them over the message.
        written[1].ShouldContain(""" "old":[{"说\"明":"a"},{"id":"2","说\"明":null}],""".Trim());
        written[1].ShouldContain("\"sqlType\":{\"id\":4,");
        written[2].ShouldContain("\"type\":\"INSERT\"");
        written.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("/* from DMS */ alter table t add c int", "ALTER")]
    [InlineData("-- x\nCREATE TABLE t (id int)", "CREATE")]
    [InlineData("create unique index i on t (c)", "CINDEX")]
    [InlineData("DROP INDEX i ON t", "DINDEX")]
    [InlineData("drop table if exists t", "ERASE")]
    [InlineData("RENAME TABLE a TO b", "RENAME")]
    [InlineData("create database d", "QUERY")]
    [InlineData("/* never closed", "QUERY")]
    public void A_statement_has_canals_type(string statement, string type)
    {
        string message = Write(batch =>
        {
            int start = batch.Bytes.Position;
            ChangeWriter.BeginChange(batch.Bytes, ChangeKind.Schema, 0, 1, 0);
            ChangeWriter.AppendStatement(batch.Bytes, statement);
            batch.Add(new ChangeEntry(ChangeKind.Schema, batch.IndexOf(UnknownColumns.Of("d", "t")), 42, 1, start, 0, start, batch.Bytes.Position - start));
        }).Single();
        message.ShouldEndWith($"\"table\":\"t\",\"ts\":1718000000123,\"type\":\"{type}\"}}");
        Change.Read(new CanalReader(ChangeMessageOptions.Default), message.Replace("\"QUERY\"", "\"ALTER\"")).Single().Statement.ShouldBe(statement);
    }

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.00025, "2.5E-4")]
    [InlineData(9999999.5, "9999999.5")]
    [InlineData(1e7, "1.0E7")]
    [InlineData(1.2345e100, "1.2345E100")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(double.Epsilon, "4.9E-324")]
    [InlineData(123456.0, "123456.0")]
    public void Floating_numbers_are_written_as_java_writes_them(double value, string text)
    {
        var schema = new TableSchema("d", "t", [new Column("v", new ColumnType(ColumnKind.Float64), "double", true)], []);
        string expected = text == "4.9E-324" ? "5.0E-324" : text; // The shortest text that is this number; Java before 19 wrote a second digit.
        Write(batch => Add(batch, schema, ChangeKind.Insert, 1, [value])).Single().ShouldContain($"\"v\":\"{expected}\"");
    }

    [Fact]
    public void Whatever_a_row_holds_comes_back_from_its_message()
    {
        (string Type, Func<Random, object> Make)[] columns =
        [
            ("bigint(20)", random => random.NextInt64(long.MinValue, long.MaxValue)), ("bigint(20) unsigned", random => unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue))),
            ("int(11)", random => random.Next(int.MinValue, int.MaxValue)), ("int(10) unsigned", random => unchecked((uint)random.Next(int.MinValue, int.MaxValue))),
            ("mediumint(9)", random => random.Next(-8388608, 8388608)), ("smallint(6)", random => (short)random.Next(-32768, 32768)), ("smallint(5) unsigned", random => (ushort)random.Next(65536)),
            ("tinyint(4)", random => (sbyte)random.Next(-128, 128)), ("tinyint(3) unsigned", random => (byte)random.Next(256)), ("bit(64)", random => unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue))),
            ("year(4)", random => (short)random.Next(1901, 2156)),
            ("decimal(38,10)", random => new ExactDecimal((Int128)random.NextInt64() * random.NextInt64(), 10)), ("decimal(5,0)", random => new ExactDecimal(random.Next(-99999, 100000), 0)),
            ("double", random => BitConverter.Int64BitsToDouble(random.NextInt64(0x7FEF_FFFF_FFFF_FFFF)) * (random.Next(2) * 2 - 1)), ("float", random => (float)(random.NextDouble() * Math.Pow(10, random.Next(-30, 30)))),
            ("varchar(100)", Text), ("longtext", Text), ("json", random => $"{{\"k\":\"{random.Next()}\"}}"),
            ("longblob", random => { byte[] bytes = new byte[random.Next(40)]; random.NextBytes(bytes); return bytes; }), ("binary(16)", random => { byte[] bytes = new byte[16]; random.NextBytes(bytes); return bytes; }),
            ("date", random => DateOnly.FromDayNumber(random.Next(1, 3652058))), ("datetime", random => new DateTime(random.NextInt64(1, 315537897599) * 10_000_000)),
            ("datetime(6)", random => new DateTime(random.NextInt64(1, 315537897599999999) * 10)), ("timestamp(3)", random => new DateTime(random.NextInt64(1, 315537897599999) * 10_000)),
            ("time(6)", random => new TimeSpan(random.NextInt64(-30203999999999, 30203999999999) * 10 / 100 * 10)), ("time", random => TimeSpan.FromSeconds(random.Next(-3020399, 3020400))),
            ("datetime", _ => new CarriedDate(ZeroDates.Days(0, 0, 0), 0)), ("date", random => new CarriedDate(ZeroDates.Days(2020, 0, random.Next(32)), null)),
        ];
        var random = new Random(Mutations.Seed);
        var schema = new TableSchema("库\"", "t\\", [.. columns.Select((column, index) => new Column($"c{index}", MySqlTypeText.Parse(column.Type), column.Type, true))], [0, 5]);
        var reader = new CanalReader(ChangeMessageOptions.Default);
        for (int round = 0; round < 200; round++)
        {
            var kind = (ChangeKind)random.Next(1, 4);
            object?[][] after = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Row())], before = [.. after.Select(row => random.Next(2) == 0 ? Row() : row)];
            if (kind == ChangeKind.Insert && random.Next(2) == 0) after[0][3] = RowValues.Missing;
            string message = Write(batch =>
            {
                for (int index = 0; index < after.Length; index++) Add(batch, schema, kind, 3, after[index], kind == ChangeKind.Update ? before[index] : null);
            }).Single();
            foreach (List<Change> changes in new[] { Change.Read(reader, message), Change.Read(reader, " " + message) })
            {
                for (int index = 0; index < after.Length; index++)
                {
                    changes[index].Schema.Fingerprint.ShouldBe(schema.Fingerprint);
                    (kind == ChangeKind.Delete ? changes[index].Before : changes[index].After).ShouldBe(after[index], message);
                    if (kind == ChangeKind.Update) changes[index].Before.ShouldBe(before[index], message);
                }
            }
        }

        reader.FastMessages.ShouldBeGreaterThan(100);

        object?[] Row() => [.. columns.Select((column, index) => index != 0 && random.Next(6) == 0 ? null : column.Make(random))];

        static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(6) switch
        {
            0 => ((char)random.Next(0, 32)).ToString(),
            1 => "\"",
            2 => "\\u0041",
            3 => "😀",
            4 => ((char)random.Next(0x80, 0xD800)).ToString(),
            _ => ((char)random.Next(32, 127)).ToString(),
        }));
    }

    static void Add(ChangeBatch batch, TableSchema schema, ChangeKind kind, long sequence, object?[] row, object?[]? before = null)
    {
        RowWriter first = new(), second = new();
        RowValues.WriteRow(first, schema, row);
        int start = batch.Bytes.Position;
        ChangeWriter.BeginChange(batch.Bytes, kind, schema.Fingerprint, sequence, 0);
        if (before is not null)
        {
            RowValues.WriteRow(second, schema, before);
            ChangeWriter.AppendUpdateRows(batch.Bytes, first.Written, second.Written);
        }
        else
        {
            batch.Bytes.Append(first.Written);
        }

        batch.Add(new ChangeEntry(kind, batch.IndexOf(schema), 42, sequence, start, 0, start, batch.Bytes.Position - start));
    }

    string[] Write(Action<ChangeBatch> fill)
    {
        var batch = new ChangeBatch();
        fill(batch);
        var messages = new List<string>();
        writer.Write(batch, 9, (message, _) => messages.Add(Encoding.UTF8.GetString(message.Span)));
        return [.. messages];
    }

    sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1718000000123);
    }
}
