using System.Collections.Immutable;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Tests.Rows;

public sealed class PackedRowTests
{
    private static readonly RowLayout Wide = new(new RowSchema(
    [
        new("flag", SqlType.Boolean), new("tiny", new SqlType(SqlTypeKind.TinyInt)), new("small", new SqlType(SqlTypeKind.SmallInt)), new("int", SqlType.Integer),
        new("big", SqlType.BigInt.Nullable(false)), new("name", SqlType.String), new("price", SqlType.Decimal(18, 2)), new("wide", SqlType.Decimal(38, 4)), new("float", new SqlType(SqlTypeKind.Float)),
        new("real", SqlType.Double), new("bytes", SqlType.Binary), new("day", SqlType.Date), new("at", SqlType.Timestamp), new("tags", SqlType.ArrayOf(SqlType.String)),
    ]));

    private static readonly object?[] Values =
    [
        true, -128L, 32767L, -5L, long.MaxValue, "größe 😀", (Int128)12345, Int128.Parse("-99999999999999999999999999999999999999"), 1.5, -0.25, ImmutableArray.Create<byte>(0, 255), 20_000L, -1L,
        new object?[] { "a", null, "" },
    ];

    [Fact]
    public void What_is_written_is_read()
    {
        using var arena = new RowArena();
        nint row = RowValues.FromObjects(Values, Wide, arena);
        object?[] read = RowValues.ToObjects(row, Wide);
        for (int column = 0; column < read.Length; column++)
        {
            if (Values[column] is ImmutableArray<byte> bytes) ((ImmutableArray<byte>)read[column]!).ShouldBe(bytes);
            else read[column].ShouldBe(Values[column], Wide.Schema[column].Name);
        }
    }

    [Fact]
    public void Equal_rows_are_equal_bytes_with_equal_hashes()
    {
        using var arena = new RowArena();
        nint one = RowValues.FromObjects(Values, Wide, arena), other = RowValues.FromObjects(Values, Wide, arena);
        PackedRow.AreEqual(one, other).ShouldBeTrue();
        PackedRow.Hash(one).ShouldBe(PackedRow.Hash(other));
        for (int column = 0; column < Values.Length; column++)
        {
            if (!Wide.Schema[column].Type.IsNullable) continue;
            object?[] changed = [.. Values];
            changed[column] = null;
            nint third = RowValues.FromObjects(changed, Wide, arena);
            PackedRow.AreEqual(one, third).ShouldBeFalse();
            PackedRow.Hash(one).ShouldNotBe(PackedRow.Hash(third));
            PackedRow.CompareBytes(one, third).ShouldBe(-PackedRow.CompareBytes(third, one));
        }
    }

    [Fact]
    public void Negative_zero_is_zero_and_there_is_one_NaN()
    {
        var layout = new RowLayout(new RowSchema([new("x", SqlType.Double), new("y", new SqlType(SqlTypeKind.Float))]));
        using var arena = new RowArena();
        PackedRow.AreEqual(RowValues.FromObjects([-0.0, -0.0], layout, arena), RowValues.FromObjects([0.0, 0.0], layout, arena)).ShouldBeTrue();
        double other = BitConverter.Int64BitsToDouble(unchecked((long)0x7FF8000000000001));
        PackedRow.AreEqual(RowValues.FromObjects([other, other], layout, arena), RowValues.FromObjects([double.NaN, double.NaN], layout, arena)).ShouldBeTrue();
    }

    [Fact]
    public void A_value_that_does_not_fit_is_refused_and_so_is_a_missing_one()
    {
        using var arena = new RowArena();
        foreach (var (column, value) in ((int, object?)[])[(1, 128L), (2, -32769L), (3, 1L << 31), (4, null), (6, Int128.Parse("1000000000000000000")), (11, "2026-02-30"), (5, 7)])
        {
            object?[] changed = [.. Values];
            changed[column] = value;
            Should.Throw<SqlValueException>(() => RowValues.FromObjects(changed, Wide, arena));
        }
    }

    [Fact]
    public void An_arena_gives_its_memory_again_and_keeps_to_its_bound()
    {
        using var arena = new RowArena(4 * 1024 * 1024);
        for (int step = 0; step < 100; step++)
        {
            for (int row = 0; row < 1_000; row++) RowValues.FromObjects(Values, Wide, arena);
            arena.Allocate(RowArena.PageBytesMax);
            arena.Reset();
        }

        arena.ReservedBytes.ShouldBeLessThan(4 * 1024 * 1024);
        Should.Throw<RowMemoryException>(() =>
        {
            for (int row = 0; row < 1_000_000; row++) arena.Allocate(1_000);
        }).Message.ShouldContain("bound of 4,194,304");
    }

    [Fact]
    public void Pieces_of_an_arena_do_not_overlap()
    {
        using var arena = new RowArena();
        var random = new Random(5);
        for (int round = 0; round < 3; round++)
        {
            var pieces = Enumerable.Range(0, 3_000).Select(_ => random.Next(1, 3_000)).Select(bytes => (Address: arena.Allocate(bytes), Bytes: bytes)).OrderBy(piece => piece.Address).ToArray();
            for (int index = 1; index < pieces.Length; index++) (pieces[index - 1].Address + pieces[index - 1].Bytes).ShouldBeLessThanOrEqualTo(pieces[index].Address);
            arena.Reset();
        }
    }

    [Fact]
    public void Hashes_of_short_runs_differ()
    {
        var hashes = new HashSet<ulong>();
        var low = new HashSet<uint>();
        byte[] bytes = new byte[80];
        for (int length = 0; length < 80; length++)
        {
            for (int bit = 0; bit < Math.Max(1, length * 8); bit++)
            {
                Array.Clear(bytes);
                if (length > 0) bytes[bit / 8] = (byte)(1 << (bit % 8));
                unsafe
                {
                    fixed (byte* address = bytes)
                    {
                        ulong hash = PackedRow.Hash((nint)address, length);
                        hashes.Add(hash).ShouldBeTrue();
                        low.Add((uint)hash & 0xFFFFF);
                    }
                }
            }
        }

        low.Count.ShouldBeGreaterThan(hashes.Count * 97 / 100);
    }

    [Fact]
    public void Rows_are_ordered_by_keys_and_then_by_bytes()
    {
        var layout = new RowLayout(new RowSchema([new("a", SqlType.Integer), new("b", SqlType.String), new("c", SqlType.Double)]));
        using var arena = new RowArena();
        nint Row(params object?[] values) => RowValues.FromObjects(values, layout, arena);
        using var order = new RowOrder(new SortKeys([new SortKey(new ColumnExpression(1, SqlType.String, "b"), true, false), new SortKey(new ColumnExpression(0, SqlType.Integer, "a"), false, true)]), layout);
        nint[] rows = [Row(null, "z", 1.0), Row(1, "z", 3.0), Row(2, "z", 0.0), Row(1, "é", 0.0), Row(1, "a", 1.0), Row(5, null, 1.0)];
        nint[] expected = [rows[3], rows[0], rows[1], rows[2], rows[4], rows[5]];
        nint[] sorted = [.. rows.Reverse()];
        Array.Sort(sorted, order);
        sorted.ShouldBe(expected);
        order.Compare(Row(1, "x", 1.0), Row(1, "x", 1.0)).ShouldBe(0);
        order.Compare(Row(1, "x", 1.0), Row(1, "x", 2.0)).ShouldNotBe(0);
        order.CompareKeys(Row(1, "x", 1.0), Row(1, "x", 2.0)).ShouldBe(0);
    }
}
