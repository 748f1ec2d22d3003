namespace Orrery.Grains.Sql.Cuts;

/// <summary>Copied rows of cuts, until their owners have read them or say nothing for a while.</summary>
sealed class CutCopies(TimeProvider time)
{
    const int CopiesMax = 4;
    static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(10);

    readonly Dictionary<string, Copy> copies = new(StringComparer.Ordinal);

    /// <exception cref="Interfaces.Errors.ConflictException">Too many are kept.</exception>
    public void Put(string id, Dictionary<string, List<byte[]>> rows)
    {
        foreach (string silent in copies.Where(copy => time.GetElapsedTime(copy.Value.Said) > SilenceMax).Select(static copy => copy.Key).ToArray())
            copies.Remove(silent);
        if (!copies.ContainsKey(id) && copies.Count >= CopiesMax)
            throw new Interfaces.Errors.ConflictException($"{copies.Count} copies of these views are being read, which is the most at once. Try it again in a moment.");
        copies[id] = new Copy(rows) { Said = time.GetTimestamp() };
    }

    /// <exception cref="Interfaces.Errors.NotFoundException">The copy is not kept any more.</exception>
    public byte[] Page(string id, string relation, int page)
    {
        if (!copies.TryGetValue(id, out Copy? copy) || !copy.Rows.TryGetValue(relation, out List<byte[]>? pages))
            throw new Interfaces.Errors.NotFoundException($"The copy of {relation} for {id} is not kept any more: the views were moved or restarted since. Run the check again.");
        copy.Said = time.GetTimestamp();
        return pages[page];
    }

    public void Drop(string id) => copies.Remove(id);

    sealed class Copy(Dictionary<string, List<byte[]>> rows)
    {
        public Dictionary<string, List<byte[]>> Rows { get; } = rows;

        public long Said { get; set; }
    }
}
