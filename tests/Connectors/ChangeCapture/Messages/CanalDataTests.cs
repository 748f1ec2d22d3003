using System.Text;
using System.Text.Json;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

/// <summary>Real messages of canal, each value compared with its text by a second, simple reading.</summary>
public sealed class CanalDataTests
{
    [Fact]
    public void Every_row_of_the_real_messages_comes_out_and_none_is_bent()
    {
        int messages = 0, rows = 0, statements = 0;
        var refusals = new List<string>();
        foreach ((string file, byte[] message) in TestData.Lines("cdc/paimon/canal").Concat(TestData.Lines("cdc/seatunnel", "canal*.jsonl")))
        {
            messages++;
            var reader = new CanalReader(new ChangeMessageOptions { Database = "d", Table = "t" });
            List<Change> changes;
            try
            {
                changes = Change.Read(reader, message);
            }
            catch (MessageException error)
            {
                refusals.Add(error.Message);
                continue;
            }

            using JsonDocument document = JsonDocument.Parse(message);
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("isDdl", out JsonElement ddl) && ddl.GetBoolean())
            {
                statements++;
                changes.Single().Statement.ShouldBe(root.GetProperty("sql").GetString(), file);
                continue;
            }

            JsonElement[] data = [.. root.GetProperty("data").EnumerateArray()];
            changes.Count.ShouldBe(data.Length, file);
            rows += data.Length;
            for (int index = 0; index < data.Length; index++)
            {
                Change change = changes[index];
                object?[] row = change.Kind == ChangeKind.Delete ? change.Before : change.After;
                for (int column = 0; column < row.Length; column++)
                {
                    string name = change.Schema.Columns[column].Name;
                    bool there = data[index].TryGetProperty(name, out JsonElement value);
                    if (!there) row[column].ShouldBe(RowValues.Missing, $"{file} {name}");
                    else Text(row[column]).ShouldBe(Scaled(row[column], value.GetString()), $"{file} {name}");
                    if (change.Kind == ChangeKind.Update)
                        Text(change.Before[column]).ShouldBe(Scaled(change.Before[column], (root.GetProperty("old")[index].TryGetProperty(name, out JsonElement was) ? was : value).GetString()), $"{file} {name} before");
                }
            }
        }

        // One message says int(11) of a column that holds names: it is not the reader's place to guess.
        refusals.ShouldBe(["The canal message 7 cannot be read: row 0 of mydb.project, column 'id': 'A101' does not fit Int32 (int(11))."]);
        messages.ShouldBe(74);
        rows.ShouldBe(71);
        statements.ShouldBe(20);
    }

    [Fact]
    public void Every_type_of_the_type_matrix_has_its_kind()
    {
        byte[] message = TestData.Lines("cdc/paimon/canal/table/alltype").Single().Message;
        Change change = Change.Read(new CanalReader(ChangeMessageOptions.Default), message)[0];
        string kinds = string.Join(' ', change.Schema.Columns.Select(column => column.Type.ToString()));
        kinds.ShouldBe(
            "Int32 Decimal(2,1) Int8 Int8 Int8 Int8 UInt8 UInt8 Int16 UInt16 UInt16 Int32 UInt32 UInt32 Int32 UInt32 UInt32 Int64 UInt64 UInt64 UInt64 "
            + "Float32 Float32 Float32 Float64 Float64 Float64 Float64 Float64 Float64 Float64 Float64 Float64 Decimal(8,3) Decimal(8,3) Decimal(8,3) "
            + "Decimal(40,3) Decimal(40,3) Decimal(40,3) Decimal(8,0) Decimal(8,0) Decimal(8,0) Date Timestamp(0) Timestamp(3) Timestamp(6) Timestamp(0) Timestamp(2) "
            + "Timestamp(6) Timestamp(0) Text(10) Text(20) Text Text Text Text Binary(10) Binary(20) Binary Binary Binary Binary Json Text Int16 Time(0) "
            + "Binary Binary Binary Binary Binary Binary Binary Binary Text");
        change["_fixed"].ShouldBe(ExactDecimal.Parse("123456789876543212345678987654321.110"));
        change["_datetime6"].ShouldBe(new DateTime(2023, 3, 23, 14, 30, 5).AddMicroseconds(123456));
        change["_json"].ShouldBe("{\"a\": \"b\"}");
        ((byte[])change["_point"]!).Length.ShouldBe(25);
    }

    /// <summary>A number's text with the digits of its column's scale.</summary>
    static string? Scaled(object? value, string? text) => value is ExactDecimal number && text is not null ? new ExactDecimal(ExactDecimal.Parse(text).Unscaled * ExactDecimal.PowerOfTen(number.Scale - ExactDecimal.Parse(text).Scale), number.Scale).ToString() : text;

    /// <summary>The value as the real messages write it.</summary>
    static string? Text(object? value) => value switch
    {
        null => null,
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        DateOnly date => date.ToString("yyyy-MM-dd"),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF").TrimEnd('.'),
        TimeSpan time => time.ToString("hh\\:mm\\:ss"),
        float number => number == (int)number ? number.ToString("0.0") : number.ToString(),
        double number => number.ToString(),
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}"),
    };
}
