using System.Text;
using System.Text.Json;
using Orrery.Sql.Functions.Json;
using Orrery.Sql.Functions.Texts;
using Orrery.Sql.Functions.Times;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Tests.Values;

public sealed class ValueTextTests
{
    private static readonly SqlType[] Types =
    [
        SqlType.Boolean, SqlType.Integer, SqlType.BigInt, SqlType.Decimal(18, 4), SqlType.Decimal(38, 20), new(SqlTypeKind.Float), SqlType.Double, SqlType.Date, SqlType.Time, SqlType.Timestamp, SqlType.TimestampLtz,
        SqlType.IntervalMonths, SqlType.IntervalMicroseconds,
    ];

    [Fact]
    public void What_is_written_reads_back()
    {
        var random = new Random(3);
        using var arena = new RowArena();
        foreach (var type in Types)
        {
            var layout = new RowLayout(new RowSchema([new("v", type)]));
            for (int round = 0; round < 500; round++)
            {
                object value = Value(random, type);
                nint row = RowValues.FromObjects([value], layout, arena);
                string text = RowValues.Text(RowValues.ToObject(row, layout, 0), type);
                PackedRow.AreEqual(row, RowValues.FromObjects([type.Kind == SqlTypeKind.Boolean ? text : text], layout, arena)).ShouldBeTrue($"{type}: {text}");
            }
        }
    }

    [Fact]
    public void Damaged_texts_are_refused_and_never_more()
    {
        var random = new Random(4);
        const string alphabet = "0123456789-+:. TZeEINFinfty$[]'\"%_\\aéyMdHhmsS(){}|*?,";
        for (int round = 0; round < 20_000; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(24)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            foreach (var type in Types)
                if (type.Kind == SqlTypeKind.Decimal) ValueText.TryParseDecimal(bytes, type.Precision, type.Scale, out _);
                else if (RowWriter.IsHeldAsInt64(type.Kind)) ValueText.TryParseHeldAsInt64(bytes, type, out _);
            ValueText.TryParseBoolean(bytes, out _);
            ValueText.TryParseReal(bytes, out _);
            Try(() => new LikePattern(bytes, "\\"u8).IsMatch(default));
            Try(() => new JsonPath("$" + text).Find(bytes, out _));
            Try(() => new DateFormat(text).TryParse(text, out _));
            Try(() => Pattern.Similar(text, "\\"));
        }
    }

    [Fact]
    public void A_row_is_written_as_a_JSON_object()
    {
        var layout = new RowLayout(new RowSchema([new("id", SqlType.BigInt), new("price", SqlType.Decimal(38, 2)), new("x", SqlType.Double), new("name", SqlType.String), new("at", new SqlType(SqlTypeKind.TimestampLtz, Precision: 3)),
            new("raw", SqlType.Binary), new("tags", SqlType.ArrayOf(SqlType.String)), new("none", SqlType.Date)]));
        using var arena = new RowArena();
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, ValueJson.WriterOptions))
            ValueJson.WriteRow(writer, RowValues.FromObjects([1L, "1234567890123456789012345.60", double.NaN, "ä\"", "2026-01-31 10:20:30.5Z", new byte[] { 1, 2 }, new object?[] { "a", null }, null], layout, arena), layout);
        Encoding.UTF8.GetString(stream.ToArray()).ShouldBe("""{"id":1,"price":1234567890123456789012345.60,"x":"NaN","name":"ä\"","at":"2026-01-31 10:20:30.500Z","raw":"AQI=","tags":["a",null],"none":null}""");
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (SqlValueException)
        {
            // That is how they are refused.
        }
    }

    private static object Value(Random random, SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => random.Next(2) == 0,
        SqlTypeKind.Integer => (long)random.Next(int.MinValue, int.MaxValue),
        SqlTypeKind.BigInt => random.NextInt64(long.MinValue, long.MaxValue),
        SqlTypeKind.Decimal => (Int128)random.NextInt64(-999_999_999_999_999_999, 999_999_999_999_999_999) >> random.Next(60),
        SqlTypeKind.Float => (double)BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)),
        SqlTypeKind.Double => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        SqlTypeKind.Date => random.NextInt64(-719_162, 2_932_897),
        SqlTypeKind.Time => random.NextInt64(86_400_000_000),
        SqlTypeKind.IntervalMonths => random.NextInt64(-100_000, 100_000),
        SqlTypeKind.IntervalMicroseconds => random.NextInt64(-1_000_000_000_000_000, 1_000_000_000_000_000),
        _ => random.NextInt64(-62_135_596_800_000_000, 253_402_300_800_000_000),
    };
}
