namespace Orrery.Runtime.Storage;

/// <summary>Which shard a grain belongs to. Part of what is stored: the function never changes.</summary>
public static class GrainShards
{
    public const int Count = 1024;

    /// <summary>The longest key of a grain, in UTF-16 units: it has to fit into the index of every database.</summary>
    public const int KeyLengthMax = 512;

    /// <summary>0 to <see cref="Count"/> - 1: FNV-1a (64 bits) over the UTF-16 units of type, a zero, and key, low byte first; mixed, modulo <see cref="Count"/>.</summary>
    public static int Of(string grainType, string grainKey)
    {
        ulong hash = Add(0xcbf29ce484222325, grainType);
        hash = Add(Step(Step(hash, 0), 0), grainKey);
        hash ^= hash >> 32;
        hash *= 0x9e3779b97f4a7c15;
        return (int)(hash >> 54);
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (char unit in text) hash = Step(Step(hash, (byte)unit), (byte)(unit >> 8));
        return hash;
    }

    private static ulong Step(ulong hash, byte value) => (hash ^ value) * 0x100000001b3;
}
