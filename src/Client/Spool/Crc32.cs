namespace Orrery.Client.Spool;

/// <summary>CRC-32 (IEEE 802.3), by table.</summary>
internal static class Crc32
{
    static readonly uint[] Table = MakeTable();

    public static uint Of(byte[] bytes, int offset, int count)
    {
        uint crc = 0xFFFFFFFF;
        for (int i = offset; i < offset + count; i++)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ bytes[i])];
        return ~crc;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }
        return table;
    }
}
