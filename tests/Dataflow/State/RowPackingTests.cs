using System.Runtime.InteropServices;
using System.Text;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.State;

/// <summary>Rows as a state keeps them are read as they were given, byte for byte.</summary>
public sealed class RowPackingTests
{
    private static readonly SqlType[] Types =
    [
        new(SqlTypeKind.BigInt), new(SqlTypeKind.Integer), new(SqlTypeKind.SmallInt), new(SqlTypeKind.TinyInt), new(SqlTypeKind.Boolean), SqlType.Decimal(18, 2), SqlType.Decimal(38, 4),
        new(SqlTypeKind.Float), new(SqlTypeKind.Double), new(SqlTypeKind.Date), new(SqlTypeKind.Timestamp), new(SqlTypeKind.String), new(SqlTypeKind.Binary),
    ];

    private static readonly long[] Longs = [0, 1, -1, 63, 64, -64, -65, 127, 128, 255, 32_767, 65_536, int.MaxValue, int.MinValue, 1L << 40, 1_780_000_000_000_000, 1_780_000_000_000_001, long.MaxValue, long.MinValue];

    [Fact]
    public void Rows_of_all_types_are_read_as_they_were_packed()
    {
        var random = new Random(1);
        using var memory = new StateMemory();
        for (int round = 0; round < 60; round++)
        {
            var layout = new RowLayout(new RowSchema(Enumerable.Range(0, random.Next(1, 40)).Select(column => new RowColumn($"c{column}", Types[random.Next(Types.Length)].Nullable()))));
            using var pages = new PageStore(memory);
            using var packing = new RowPacking(layout, pages, memory);
            using var arena = new RowArena();
            using var builder = new RowBuilder(layout, arena);
            var into = new RowBuffer();
            nint former = 0;
            for (int number = 0; number < 200; number++)
            {
                nint row = RowOf(builder, random);
                nint packed = Kept(packing.Pack(row, out int bytes), bytes, arena);
                packing.PackedBytes(packed).ShouldBe(bytes);
                packing.Length(packed).ShouldBe(PackedRow.Length(row));
                PackedRow.Span(packing.Read(packed, into)).SequenceEqual(PackedRow.Span(row)).ShouldBeTrue($"round {round}, row {number}: {layout.Schema}");
                packing.AreEqual(packed, row).ShouldBeTrue();
                if (former != 0) packing.AreEqual(packed, former).ShouldBe(PackedRow.AreEqual(row, former));
                former = row;
            }
        }
    }

    [Fact]
    public void A_row_longer_than_two_bytes_can_say_is_read_as_it_was()
    {
        using var memory = new StateMemory();
        using var pages = new PageStore(memory);
        var layout = new RowLayout(new RowSchema([new RowColumn("s", new SqlType(SqlTypeKind.String)), new RowColumn("n", new SqlType(SqlTypeKind.Integer))]));
        using var packing = new RowPacking(layout, pages, memory);
        using var arena = new RowArena();
        using var builder = new RowBuilder(layout, arena);
        foreach (int length in (int[])[255, 256, 65_000, 65_535, 200_000])
        {
            builder.Begin();
            builder.SetBytes(0, Encoding.UTF8.GetBytes(new string('x', length)));
            builder.SetInt64(1, length);
            nint row = builder.End();
            nint packed = Kept(packing.Pack(row, out int bytes), bytes, arena);
            packing.PackedBytes(packed).ShouldBe(bytes);
            PackedRow.AreEqual(packing.Read(packed, new RowBuffer()), row).ShouldBeTrue();
        }
    }

    [Fact]
    public void Texts_that_come_again_are_kept_once_and_numbers_of_bills_are_not()
    {
        using var memory = new StateMemory();
        using var pages = new PageStore(memory);
        var layout = new RowLayout(new RowSchema([new RowColumn("shop", new SqlType(SqlTypeKind.String)), new RowColumn("bill", new SqlType(SqlTypeKind.String))]));
        using var packing = new RowPacking(layout, pages, memory);
        using var arena = new RowArena();
        using var builder = new RowBuilder(layout, arena);
        int bytes = 0;
        for (int number = 0; number < 20_000; number++)
        {
            builder.Begin();
            builder.SetBytes(0, Encoding.UTF8.GetBytes($"a shop with a long name {number % 200}"));
            builder.SetBytes(1, Encoding.UTF8.GetBytes($"B{number:d10}"));
            packing.Pack(builder.End(), out bytes);
            arena.Reset();
        }

        // Length, controls, the shop's number, the bill's length and bytes.
        bytes.ShouldBeLessThanOrEqualTo(2 + 1 + 2 + 1 + 11);
        packing.Bytes.ShouldBeLessThan(64 * 1024);
    }

    private static unsafe nint Kept(nint packed, int bytes, RowArena arena)
    {
        nint kept = arena.Allocate(bytes + 16);
        NativeMemory.Copy((void*)packed, (void*)kept, (nuint)bytes);
        return kept;
    }

    private static nint RowOf(RowBuilder builder, Random random)
    {
        builder.Begin();
        var schema = builder.Layout.Schema;
        for (int column = 0; column < schema.Count; column++)
        {
            var type = schema[column].Type;
            if (random.Next(4) == 0) continue;
            long value = Longs[random.Next(Longs.Length)];
            if (type.Kind == SqlTypeKind.Boolean) builder.SetBoolean(column, value > 0);
            else if (type.Kind == SqlTypeKind.Decimal) builder.SetInt128(column, type.SlotBytes == 16 ? (Int128)value * random.Next(1, 1_000_000) : value % 1_000_000_000_000_000_000);
            else if (type.IsApproximate) builder.SetDouble(column, random.Next(3) switch { 0 => 0, 1 => double.NaN, _ => value / 3.0 });
            else if (type.IsVariable) builder.SetBytes(column, Encoding.UTF8.GetBytes(new string('商', random.Next(3) * random.Next(40)) + random.Next(5)));
            else builder.SetInt64(column, type.SlotBytes switch { 1 => (sbyte)value, 2 => (short)value, 4 => (int)value, _ => value });
        }

        return builder.End();
    }
}
