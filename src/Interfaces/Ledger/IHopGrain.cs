namespace Orrery.Interfaces.Ledger;

/// <summary>A hop that can be asked which records it handled and can send them again. Key: as <see cref="HopDefinition.Grain"/> says.</summary>
public interface IHopGrain : IGrainWithStringKey
{
    /// <summary>Hashes of the records of one window that the hop still knows, as its receipts counted them: a record that was taken twice stands twice.</summary>
    /// <returns>At most <see cref="HashQuery.HashesMax"/>.</returns>
    /// <exception cref="Errors.LimitReachedException">There are more; ask in more slices.</exception>
    /// <exception cref="Errors.NotFoundException">The hop no longer holds the window.</exception>
    Task<UInt128[]> Hashes(HashQuery query);

    /// <summary>
    /// Gives exactly these records once more, to one hop, without reporting them as given again. Where others read from the same place, the records carry the
    /// header <see cref="LedgerKeys.RepairHeader"/> with the hop's name, and others pass over them.
    /// </summary>
    /// <param name="window">The window and the side whose records they are; its slices mean nothing here.</param>
    /// <param name="hop">Who lacks them: a hop downstream, or this one, if they were lost inside.</param>
    /// <param name="hashes">Hashes of the records, at most 5,000; one that stands twice is given twice.</param>
    /// <returns>How many it still held and sent.</returns>
    Task<int> SendAgain(HashQuery window, string hop, UInt128[] hashes);
}

/// <param name="Origin">The window's origin.</param>
/// <param name="Stamp">The window's stamp.</param>
/// <param name="Side">Which records.</param>
/// <param name="Slice">Which part, 0 to <paramref name="Slices"/> - 1, see <see cref="Holds"/>.</param>
/// <param name="Slices">Into how many parts the hashes are cut, 1 to 65,536.</param>
/// <param name="StampFirst">The window holds stamps from this on, where windows were merged; null: only <paramref name="Stamp"/>.</param>
public sealed record HashQuery(string Origin, long Stamp, HopSide Side, int Slice = 0, int Slices = 1, long? StampFirst = null)
{
    /// <summary>Most hashes in one answer.</summary>
    public const int HashesMax = 50_000;

    /// <summary>Whether a record of this hash is in the part that is asked for.</summary>
    public bool Holds(UInt128 hash) => (int)((ulong)(hash >> 64) % (ulong)Slices) == Slice;

    /// <summary>Whether the window with this stamp is meant.</summary>
    public bool Covers(long stamp) => stamp <= Stamp && stamp >= (StampFirst ?? Stamp);
}
