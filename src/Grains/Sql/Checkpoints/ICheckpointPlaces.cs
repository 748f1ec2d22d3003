using Microsoft.Extensions.Options;
using Orrery.Dataflow.Checkpoints;

namespace Orrery.Grains.Sql.Checkpoints;

/// <summary>Knows where the checkpoints of dataflows lie.</summary>
interface ICheckpointPlaces
{
    /// <summary>The store of one dataflow's checkpoints, the same from every silo; null: none are written, and all is made again from the journal.</summary>
    /// <param name="key">The dataflow's.</param>
    ICheckpointStore? Of(string key);

    /// <summary>Where that is, for messages.</summary>
    string Describe(string key);
}

/// <summary>Folders in <see cref="SqlOptions.CheckpointFolder"/>.</summary>
sealed class FolderCheckpointPlaces(IOptions<SqlOptions> options) : ICheckpointPlaces
{
    public ICheckpointStore? Of(string key) => options.Value.CheckpointFolder.Length == 0 ? null : new FolderCheckpointStore(Describe(key));

    public string Describe(string key) =>
        options.Value.CheckpointFolder.Length == 0 ? $"nowhere, since {nameof(SqlOptions.CheckpointFolder)} is empty" : Path.Combine([Path.GetFullPath(options.Value.CheckpointFolder), .. key.Split('/')]);
}
