namespace Orrery.Dataflow.Checkpoints;

/// <summary>Checkpoints as files of a folder, which is made when first needed: each is written aside, flushed to the disk, and renamed.</summary>
public sealed class FolderCheckpointStore(string folder) : ICheckpointStore
{
    private const string AsideSuffix = ".part";

    public async Task Put(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        try
        {
            await using (var stream = new FileStream(path + AsideSuffix, FileMode.Create, FileAccess.Write, FileShare.None, 1))
            {
                await stream.WriteAsync(bytes, cancellation);
                stream.Flush(flushToDisk: true);
            }

            File.Move(path + AsideSuffix, path, overwrite: true);
        }
        catch
        {
            File.Delete(path + AsideSuffix);
            throw;
        }
    }

    public async Task<byte[]?> Get(string name, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellation) : null;
    }

    public Task<IReadOnlyList<string>> List(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>(!Directory.Exists(folder) ? [] : [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(AsideSuffix, StringComparison.Ordinal))]);

    public Task Delete(string name, CancellationToken cancellation)
    {
        File.Delete(Path.Combine(folder, name));
        return Task.CompletedTask;
    }
}
