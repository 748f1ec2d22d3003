using System.Buffers;
using System.Buffers.Binary;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Values;

/// <summary>Rows that leave the graph as they are packed, in pages: int32 weight and the row each.</summary>
static class PackedPages
{
    /// <summary>From so many bytes on a page is full.</summary>
    public const int PageBytes = 2 << 20;

    public static void Write(IBufferWriter<byte> page, nint row, int weight)
    {
        BinaryPrimitives.WriteInt32LittleEndian(page.GetSpan(sizeof(int)), weight);
        page.Advance(sizeof(int));
        page.Write(PackedRow.Span(row));
    }

    /// <summary>How many different rows a page has.</summary>
    public static int CountOf(byte[] page)
    {
        int count = 0;
        for (int at = 0; at < page.Length; count++)
            at += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(at + sizeof(int)));
        return count;
    }

    /// <summary>Gives each packed row of a page, for as long as the call takes, and how often it is there.</summary>
    /// <exception cref="InvalidDataException">The page ends within a row.</exception>
    public static unsafe void Each(byte[] page, RowLayout layout, Action<nint, int> take)
    {
        fixed (byte* start = page)
        {
            for (int at = 0; at < page.Length;)
            {
                nint row = (nint)(start + at + sizeof(int));
                if (page.Length - at < 2 * sizeof(int) || PackedRow.Length(row) < layout.FixedBytes || PackedRow.Length(row) > page.Length - at - sizeof(int))
                    throw new InvalidDataException($"A page of rows is cut off at byte {at:N0} of {page.Length:N0}.");
                take(row, *(int*)(start + at));
                at += sizeof(int) + PackedRow.Length(row);
            }
        }
    }

    /// <summary>As <see cref="Each"/>, with the row's values as <see cref="RowValues.ToObjects"/> has them.</summary>
    public static void Read(byte[] page, RowLayout layout, Action<object?[], int> take) => Each(page, layout, (row, weight) => take(RowValues.ToObjects(row, layout), weight));
}
