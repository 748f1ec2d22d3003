namespace Orrery.Log.Tests.Simulated;

/// <summary>
/// A file as the program sees it and as the disk holds it. A sync copies what was written since; a sync that fails forgets what was to
/// be copied, as Linux does: a later sync succeeds without it.
/// </summary>
sealed class SimulatedFile
{
    const int SectorBytes = 512;

    byte[] seen = [], stored = [];
    readonly HashSet<int> dirty = [];

    public int Length => seen.Length;

    public int StoredLength => stored.Length;

    public int Read(Span<byte> buffer, long position)
    {
        int count = (int)Math.Clamp(seen.Length - position, 0, buffer.Length);
        if (count > 0) seen.AsSpan((int)position, count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long position)
    {
        if (bytes.Length == 0) return;
        if (position + bytes.Length > seen.Length) Array.Resize(ref seen, (int)position + bytes.Length);
        bytes.CopyTo(seen.AsSpan((int)position));
        for (long sector = position / SectorBytes; sector <= (position + bytes.Length - 1) / SectorBytes; sector++) dirty.Add((int)sector);
    }

    public void SetLength(long length)
    {
        Array.Resize(ref seen, (int)length);
        dirty.RemoveWhere(sector => sector * (long)SectorBytes >= length);
    }

    public void Sync()
    {
        Array.Resize(ref stored, seen.Length);
        foreach (int sector in dirty) Store(sector);
        dirty.Clear();
    }

    public void FailSync() => dirty.Clear();

    /// <summary>What the disk holds after the power went: any of the sectors that were not synced, any length in between.</summary>
    public void LosePower(Random random)
    {
        if (stored.Length != seen.Length) Array.Resize(ref stored, random.Next(Math.Min(stored.Length, seen.Length), Math.Max(stored.Length, seen.Length) + 1));
        foreach (int sector in dirty)
        {
            if (random.Next(2) == 0) Store(sector);
        }

        dirty.Clear();
        seen = [.. stored];
    }

    public void Damage(int position) => seen[position] ^= 0x10;

    void Store(int sector)
    {
        int start = sector * SectorBytes, count = Math.Min(SectorBytes, Math.Min(seen.Length, stored.Length) - start);
        if (count > 0) seen.AsSpan(start, count).CopyTo(stored.AsSpan(start));
    }
}
