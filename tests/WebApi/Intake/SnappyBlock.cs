namespace Orrery.WebApi.Tests.Intake;

/// <summary>Makes snappy blocks: literals only, or with copies where bytes repeat.</summary>
static class SnappyBlock
{
    public static byte[] Literals(ReadOnlySpan<byte> data)
    {
        var block = new MemoryStream();
        WriteVarint(block, (ulong)data.Length);
        for (int at = 0; at < data.Length; at += 65_536)
            WriteLiteral(block, data.Slice(at, Math.Min(65_536, data.Length - at)));
        return block.ToArray();
    }

    /// <summary>A greedy packer with a table of the last place of each four bytes.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> data)
    {
        var block = new MemoryStream();
        WriteVarint(block, (ulong)data.Length);
        var places = new Dictionary<int, int>();
        int literal = 0, at = 0;
        while (at + 4 <= data.Length)
        {
            int word = BitConverter.ToInt32(data[at..]);
            bool found = places.TryGetValue(word, out int place);
            places[word] = at;
            if (!found)
            {
                at++;
                continue;
            }
            int length = 4;
            while (length < 64 && at + length < data.Length && data[place + length] == data[at + length])
                length++;
            WriteLiteral(block, data[literal..at]);
            WriteCopy(block, at - place, length);
            at += length;
            literal = at;
        }
        WriteLiteral(block, data[literal..]);
        return block.ToArray();
    }

    static void WriteCopy(MemoryStream block, int distance, int length)
    {
        if (length <= 11 && distance < 2_048)
        {
            block.WriteByte((byte)(1 | ((length - 4) << 2) | (distance >> 8 << 5)));
            block.WriteByte((byte)distance);
        }
        else if (distance < 65_536)
        {
            block.WriteByte((byte)(2 | ((length - 1) << 2)));
            block.Write(BitConverter.GetBytes((ushort)distance));
        }
        else
        {
            block.WriteByte((byte)(3 | ((length - 1) << 2)));
            block.Write(BitConverter.GetBytes(distance));
        }
    }

    static void WriteLiteral(MemoryStream block, ReadOnlySpan<byte> literal)
    {
        if (literal.IsEmpty)
            return;
        int less = literal.Length - 1;
        if (less < 60)
            block.WriteByte((byte)(less << 2));
        else if (less < 256)
            block.Write([60 << 2, (byte)less]);
        else if (less < 65_536)
            block.Write([61 << 2, (byte)less, (byte)(less >> 8)]);
        else
            block.Write([62 << 2, (byte)less, (byte)(less >> 8), (byte)(less >> 16)]);
        block.Write(literal);
    }

    static void WriteVarint(MemoryStream block, ulong value)
    {
        for (; value >= 128; value >>= 7)
            block.WriteByte((byte)(value | 128));
        block.WriteByte((byte)value);
    }
}
