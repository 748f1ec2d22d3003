using System.Buffers.Binary;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Cuts;

/// <summary>Copied rows: int32 weight and the packed row each.</summary>
static class PackedPages
{
    /// <summary>How many different rows a page has.</summary>
    public static int CountOf(byte[] page)
    {
        int count = 0;
        for (int at = 0; at < page.Length; count++)
            at += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(at + sizeof(int)));
        return count;
    }

    /// <summary>Gives the values of each row of a page, as <see cref="RowValues.ToObjects"/> has them, and how often the row is there.</summary>
    public static unsafe void Read(byte[] page, RowLayout layout, Action<object?[], int> row)
    {
        fixed (byte* start = page)
        {
            for (int at = 0; at < page.Length;)
            {
                nint packed = (nint)(start + at + sizeof(int));
                row(RowValues.ToObjects(packed, layout), *(int*)(start + at));
                at += sizeof(int) + PackedRow.Length(packed);
            }
        }
    }
}
