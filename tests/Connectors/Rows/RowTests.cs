using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Rows;

public sealed class RowTests
{
    static readonly TableSchema All = new("shop", "all", [.. Enum.GetValues<ColumnKind>().Select(kind =>
        new Column(kind.ToString(), new ColumnType(kind, kind == ColumnKind.Decimal ? 38 : 0, kind == ColumnKind.Decimal ? 4 : 0), "", true))], [3]);

    [Fact]
    public void Every_kind_comes_back_as_it_was_written()
    {
        foreach (object?[] row in Rows())
        {
            var writer = new RowWriter();
            RowValues.WriteRow(writer, All, row);
            RowValues.ReadAll(All, writer.Written).ShouldBe(row);
            var reader = new RowReader(All, writer.Written);
            reader.SkipToEnd().ShouldBe(writer.Position);
        }
    }

    [Fact]
    public void Missing_and_null_are_not_the_same()
    {
        object?[] row = Rows().First();
        row[2] = null;
        row[4] = RowValues.Missing;
        var writer = new RowWriter();
        RowValues.WriteRow(writer, All, row);
        object?[] read = RowValues.ReadAll(All, writer.Written);
        read[2].ShouldBeNull();
        read[4].ShouldBe(RowValues.Missing);
    }

    [Fact]
    public void A_row_cut_anywhere_is_refused_and_never_read_past_its_end()
    {
        var writer = new RowWriter();
        RowValues.WriteRow(writer, All, Rows().First());
        byte[] whole = writer.Written.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Should.Throw<RowFormatException>(() => RowValues.ReadAll(All, cut), $"{length} of {whole.Length} bytes");
        }
    }

    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("-0.5", 2, "-0.50")]
    [InlineData("12345678901234567890123456789012345678", 0, "12345678901234567890123456789012345678")]
    [InlineData("-99999999999999999999999999999999999999", 0, "-99999999999999999999999999999999999999")]
    [InlineData("1e3", 2, "1000.00")]
    [InlineData("1.2300", 2, "1.23")]
    [InlineData("0.0000000000000000000000000000000000000100", 38, "0.00000000000000000000000000000000000001")]
    [InlineData("1.10000000000000000000000000000000000000000000000", 1, "1.1")]
    [InlineData(".5", 1, "0.5")]
    public void A_decimal_is_read_and_written_exactly(string text, int scale, string expected)
    {
        ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), scale, out Int128 unscaled).ShouldBeTrue();
        new ExactDecimal(unscaled, scale).ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("-", 0)]
    [InlineData("1.5", 0)]
    [InlineData("1.234", 2)]
    [InlineData("123456789012345678901234567890123456789", 0)]
    [InlineData("1e38", 1)]
    [InlineData("1e9999999999", 0)]
    [InlineData("12x", 0)]
    [InlineData("1.2.3", 2)]
    public void What_does_not_fit_a_decimal_is_refused(string text, int scale) =>
        ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), scale, out _).ShouldBeFalse();

    [Fact]
    public void Dates_with_zero_parts_are_carried_beside_all_real_ones()
    {
        for (int year = 0; year <= 9999; year += year is > 3 and < 1898 or > 2105 and < 9990 ? 97 : 1)
            for (int month = 0; month <= 12; month++)
                for (int day = 0; day <= 31; day++)
                {
                    int days = ZeroDates.Days(year, month, day);
                    ZeroDates.Parts(days).ShouldBe((year, month, day));
                    bool real = year > 0 && month > 0 && day > 0 && day <= DateTime.DaysInMonth(year, month);
                    ZeroDates.IsZero(days).ShouldBe(!real);
                    if (real) days.ShouldBe(new DateOnly(year, month, day).DayNumber - ZeroDates.Epoch);
                    long ticks = ZeroDates.Ticks(days, TimeSpan.TicksPerDay - 1);
                    ZeroDates.IsZero(ticks).ShouldBe(!real);
                    ZeroDates.Split(ticks).ShouldBe((days, TimeSpan.TicksPerDay - 1));
                }
    }

    [Fact]
    public void A_change_is_read_back_with_its_rows_and_key()
    {
        object?[][] rows = [.. Rows()];
        var before = new RowWriter();
        RowValues.WriteRow(before, All, rows[0]);
        var after = new RowWriter();
        RowValues.WriteRow(after, All, rows[1]);
        var bytes = new RowWriter();
        ChangeWriter.BeginChange(bytes, ChangeKind.Update, All.Fingerprint, long.MaxValue, 300);
        ChangeWriter.AppendUpdateRows(bytes, after.Written, before.Written);
        var change = new ChangeReader(bytes.Written);
        change.Kind.ShouldBe(ChangeKind.Update);
        change.Fingerprint.ShouldBe(All.Fingerprint);
        change.Sequence.ShouldBe(long.MaxValue);
        change.Row.ShouldBe(300);
        RowValues.ReadAll(All, change.After).ShouldBe(rows[1]);
        RowValues.ReadAll(All, change.Before).ShouldBe(rows[0]);
        var key = new RowWriter();
        ChangeWriter.WriteKey(key, All, change.After);
        var keyOnly = new TableSchema("shop", "key", [All.Columns[3]], [0]);
        RowValues.ReadAll(keyOnly, key.Written).ShouldBe([rows[1][3]]);
    }

    [Fact]
    public void A_schema_s_fingerprint_follows_names_types_nullability_and_key()
    {
        ulong first = new TableSchema("d", "t", [new Column("a", new ColumnType(ColumnKind.Int32), "int", true)], [0]).Fingerprint;
        new TableSchema("d", "t", [new Column("a", new ColumnType(ColumnKind.Int32), "int", true)], [0]).Fingerprint.ShouldBe(first);
        new TableSchema("d", "t", [new Column("b", new ColumnType(ColumnKind.Int32), "int", true)], [0]).Fingerprint.ShouldNotBe(first);
        new TableSchema("d", "t", [new Column("a", new ColumnType(ColumnKind.Int64), "int", true)], [0]).Fingerprint.ShouldNotBe(first);
        new TableSchema("d", "t", [new Column("a", new ColumnType(ColumnKind.Int32), "int", false)], [0]).Fingerprint.ShouldNotBe(first);
        new TableSchema("d", "t", [new Column("a", new ColumnType(ColumnKind.Int32), "int", true)], []).Fingerprint.ShouldNotBe(first);
        Should.Throw<ArgumentException>(() => new TableSchema("d", "t", [new Column("a", new ColumnType(ColumnKind.Int32), "", true), new Column("a", new ColumnType(ColumnKind.Int32), "", true)], []));
    }

    static IEnumerable<object?[]> Rows()
    {
        yield return
        [
            true, (sbyte)-128, (short)-32768, int.MinValue, long.MinValue, byte.MaxValue, ushort.MaxValue, uint.MaxValue, ulong.MaxValue,
            new ExactDecimal(ExactDecimal.PowerOfTen(38) - 1, 4), float.MinValue, double.Epsilon, "汉字 🚀 \0 '\"", new byte[] { 0, 255, 1 }, new DateOnly(9999, 12, 31), -TimeSpan.FromHours(838),
            new DateTime(2024, 2, 29, 23, 59, 59).AddTicks(9999999), new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.FromHours(-9.5)), Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), "{\"a\":1}",
        ];
        yield return
        [
            false, (sbyte)0, (short)1, 7, -1L, (byte)0, (ushort)0, 0u, 0ul, new ExactDecimal(-ExactDecimal.PowerOfTen(20), 4), -0f, double.NaN, "", Array.Empty<byte>(),
            new CarriedDate(ZeroDates.Days(0, 0, 0), null), TimeSpan.Zero, new CarriedDate(ZeroDates.Days(2020, 0, 10), TimeSpan.TicksPerHour), DateTimeOffset.UnixEpoch, Guid.Empty, "null",
        ];
        yield return new object?[20];
        yield return [.. Enumerable.Range(0, 20).Select(index => index == 12 ? (object)new string('x', 100_000) : index == 9 ? new ExactDecimal(-1, 4) : null)];
    }
}
