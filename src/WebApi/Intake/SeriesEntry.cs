namespace Orrery.WebApi.Intake;

/// <summary>A series that a door has seen: what was sent for its labels, and what they mean.</summary>
/// <param name="sent">The bytes that the door reads: labels as sent.</param>
/// <param name="sentHash">Their hash.</param>
/// <param name="server">The server it belongs to.</param>
/// <param name="key">The canonical key, empty where the labels cannot be used.</param>
/// <param name="keyHash">The key's hash.</param>
/// <param name="reason">Why its samples are dropped, or <see cref="DropReason.None"/>.</param>
internal sealed class SeriesEntry(byte[] sent, ulong sentHash, ServerSlot server, byte[] key, ulong keyHash, DropReason reason)
{
    /// <summary>What an entry takes beside its arrays: objects, headers, its share of the table.</summary>
    const int Overhead = 160;

    public byte[] Sent { get; } = sent;

    public ulong SentHash { get; } = sentHash;

    public ServerSlot Server { get; } = server;

    public byte[] Key { get; } = key;

    public ulong KeyHash { get; } = keyHash;

    public DropReason Reason { get; } = reason;

    /// <summary>The minute of the last sample, counted by the doors. Written without a lock: a lost update costs nothing.</summary>
    public int SeenMinute { get; set; }

    public int Bytes => Sent.Length + Key.Length + Overhead;
}
