namespace Orrery.Jobs.Following;

/// <summary>Keys that are equal where their bytes are.</summary>
sealed class KeyBytes : IEqualityComparer<byte[]>
{
    public static readonly KeyBytes Comparer = new();

    public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

    public int GetHashCode(byte[] key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
