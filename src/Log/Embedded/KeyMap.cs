namespace Orrery.Log.Embedded;

/// <summary>The last offset of each key. Keys are compared in full: a key that only looks like another one must not take its records away.</summary>
sealed class KeyMap
{
    const int KeysMax = 1_000_000, KeyBytesMax = 64 << 20;

    readonly Dictionary<byte[], long> offsets;
    readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> bySpan;
    long keyBytes;

    public KeyMap()
    {
        offsets = new Dictionary<byte[], long>(new KeyComparer());
        bySpan = offsets.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public bool IsFull => offsets.Count >= KeysMax || keyBytes >= KeyBytesMax;

    public void Note(ReadOnlySpan<byte> key, long offset)
    {
        if (!bySpan.ContainsKey(key)) keyBytes += key.Length;
        bySpan[key] = offset;
    }

    /// <summary>Whether a record with this key stands behind an offset.</summary>
    public bool HasLater(ReadOnlySpan<byte> key, long offset) => bySpan.TryGetValue(key, out long last) && last > offset;

    sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> key) => key.ToArray();

        public bool Equals(ReadOnlySpan<byte> key, byte[] other) => key.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> key)
        {
            var hash = new HashCode();
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}
