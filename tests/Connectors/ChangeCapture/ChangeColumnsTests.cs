using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Landing;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture;

public sealed class ChangeColumnsTests
{
    static readonly TableSchema Schema = new(
        "shop", "orders",
        [
            Column("id", new ColumnType(ColumnKind.UInt64)), Column("amount", new ColumnType(ColumnKind.Decimal, 38, 2)), Column("名称", new ColumnType(ColumnKind.Text, Length: 50)),
            Column("picture", new ColumnType(ColumnKind.Binary, Length: 50)), Column("day", new ColumnType(ColumnKind.Date)), Column("paid", new ColumnType(ColumnKind.Timestamp)),
            Column("ratio", new ColumnType(ColumnKind.Float64)), Column("extra", new ColumnType(ColumnKind.Json)),
        ],
        [0]);

    [Fact]
    public void Every_kind_of_value_is_readable_with_all_its_digits()
    {
        string?[] columns = Project(Record(ChangeKind.Insert, [ulong.MaxValue, new ExactDecimal(Int128.Parse("-12345678901234567890123456789012345678"), 2), "订\"单\n🙂", new byte[] { 0, 255 }, new DateOnly(2026, 2, 28), new DateTime(2026, 11, 21, 8, 0, 0, 250), double.NaN, """{"a": 1}"""]));
        columns.ShouldBe([
            "2026-11-21T08:00:00.000Z", "shop.orders", "insert", "4711", null,
            """{"id":18446744073709551615,"amount":-123456789012345678901234567890123456.78,"名称":"订\"单\n\uD83D\uDE42","picture":"AP8=","day":"2026-02-28","paid":"2026-11-21T08:00:00.25","ratio":"NaN","extra":"{\"a\": 1}"}""",
        ]);
    }

    [Fact]
    public void Nothing_said_differs_from_null_and_a_zero_date_stays_one()
    {
        string after = Project(Record(ChangeKind.Read, [1ul, null, RowValues.Missing, null, new CarriedDate(ZeroDates.Days(0, 0, 0), null), null, 1.5, null]))[5]!;
        after.ShouldBe("""{"id":1,"amount":null,"picture":null,"day":"0000-00-00","paid":null,"ratio":1.5,"extra":null}""");
    }

    [Fact]
    public void What_is_no_change_or_does_not_fit_its_schema_has_no_columns_and_an_unknown_schema_no_rows()
    {
        var columns = new ChangeColumns(_ => Schema);
        columns.Project(new LandingRecord(0, default, "{\"a\":1}"u8.ToArray(), 0, "", default), new string?[6]).ShouldBeFalse();
        LandingRecord record = Record(ChangeKind.Delete, [1ul, null, null, null, null, null, null, null]);
        columns.Project(record with { Value = record.Value[..^3] }, new string?[6]).ShouldBeFalse();
        string?[] values = new string?[6];
        new ChangeColumns(_ => null).Project(record, values).ShouldBeTrue();
        values.ShouldBe(["2026-11-21T08:00:00.000Z", null, "delete", "4711", null, null]);
    }

    static string?[] Project(LandingRecord record)
    {
        string?[] values = new string?[6];
        new ChangeColumns(fingerprint => fingerprint == Schema.Fingerprint ? Schema : null).Project(record, values).ShouldBeTrue();
        return values;
    }

    static LandingRecord Record(ChangeKind kind, object?[] row)
    {
        var value = new RowWriter();
        ChangeWriter.BeginChange(value, kind, Schema.Fingerprint, 4711, 0);
        RowValues.WriteRow(value, Schema, row);
        return new LandingRecord(0, default, value.Written.ToArray(), DateTimeOffset.Parse("2026-11-21T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), "", default);
    }

    static Column Column(string name, ColumnType type) => new(name, type, type.ToString(), true);
}
