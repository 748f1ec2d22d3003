using Orrery.Interfaces.Servers;

namespace Orrery.Grains.Servers;

sealed class ServerState
{
    public ServerRegistration? Registration { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? RegisteredAt { get; set; }

    public long Version { get; set; }

    /// <summary>Set before samples, logs and alarms are deleted, so that a crash in between goes on with it.</summary>
    public bool Deleting { get; set; }

    /// <summary>Whether the site deletes itself and must not be told.</summary>
    public bool DeletingWithSite { get; set; }

    public Dictionary<string, DatabaseReport> Databases { get; set; } = [];
}
