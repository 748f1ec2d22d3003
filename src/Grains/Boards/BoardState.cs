using Orrery.Interfaces.Boards;

namespace Orrery.Grains.Boards;

sealed class BoardState
{
    /// <summary>Null: there is none yet.</summary>
    public BoardDefinition? Definition { get; set; }

    public long Version { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public string ChangedBy { get; set; } = "";

    /// <summary>Set before its links are taken back, so that a crash in between goes on with it.</summary>
    public bool Deleting { get; set; }

    public List<StoredLink> Links { get; set; } = [];

    /// <summary>The newest last.</summary>
    public List<BoardChange> Audit { get; set; } = [];
}

/// <param name="Hash">Of the token.</param>
/// <param name="Link">As people see it.</param>
sealed record StoredLink(string Hash, BoardLink Link);

sealed class BoardDirectoryState
{
    public Dictionary<string, BoardSummary> Boards { get; set; } = [];

    /// <summary>Changes of boards that were deleted, the newest last.</summary>
    public Dictionary<string, List<BoardChange>> Deleted { get; set; } = [];
}

sealed class BoardLinkState
{
    /// <summary>The board's key; empty: there is no such link.</summary>
    public string Board { get; set; } = "";
}
