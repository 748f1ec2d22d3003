using Orrery.Log.Files;

namespace Orrery.Log.Tests.Simulated;

/// <summary>Files in memory that can lose power, run full, and fail. Directory entries, too, are only on the disk once their directory was synced.</summary>
sealed class SimulatedFileSystem : ILogFileSystem
{
    Dictionary<string, SimulatedFile> seen = [];
    Dictionary<string, SimulatedFile> stored = [];
    readonly HashSet<string> locked = [];

    /// <summary>Bytes that may still be written before the disk is full.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    public long TotalBytes { get; set; } = long.MaxValue;

    public bool FailsWrites { get; set; }

    public bool FailsSyncs { get; set; }

    /// <summary>The process dies after its next writes: nothing later reaches a file.</summary>
    public bool DiesBeforeSync { get; set; }

    public int Syncs { get; private set; }

    public IEnumerable<string> Paths => seen.Keys;

    public SimulatedFile this[string path] => seen[path];

    /// <summary>The process ends: its lock goes, the page cache stays.</summary>
    public void EndProcess()
    {
        locked.Clear();
        Heal();
    }

    public void Heal()
    {
        FreeBytes = long.MaxValue;
        FailsWrites = FailsSyncs = DiesBeforeSync = false;
    }

    /// <summary>The machine ends: only what was synced is sure to stay.</summary>
    public void LosePower(Random random)
    {
        EndProcess();
        foreach (string path in seen.Keys.Union(stored.Keys).Order(StringComparer.Ordinal).ToArray())
        {
            bool now = seen.TryGetValue(path, out var file), then = stored.TryGetValue(path, out var before);
            if (now == then && file == before) continue;
            if (random.Next(2) == 0) continue;
            if (now) stored[path] = file!;
            else stored.Remove(path);
        }

        seen = new(stored);
        foreach (var file in seen.OrderBy(entry => entry.Key, StringComparer.Ordinal)) file.Value.LosePower(random);
    }

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. seen.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> ListDirectories(string directory) =>
        [.. seen.Keys.Select(path => Path.GetDirectoryName(path)!).Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)).Distinct()];

    public ILogFile OpenWrite(string path)
    {
        if (FailsWrites) throw new IOException($"Input/output error: '{path}'.");
        if (!seen.TryGetValue(path, out var file)) seen[path] = file = new SimulatedFile();
        return new Handle(this, file);
    }

    public ILogFile OpenRead(string path) =>
        seen.TryGetValue(path, out var file) ? new Handle(this, file) : throw new FileNotFoundException(path);

    public void Delete(string path) => seen.Remove(path);

    public void Rename(string from, string to)
    {
        if (FailsWrites) throw new IOException($"Input/output error: '{from}'.");
        seen[to] = seen[from];
        seen.Remove(from);
    }

    public DiskFree Space(string directory) => new(FreeBytes, TotalBytes);

    public void SyncDirectory(string path)
    {
        if (FailsSyncs) throw new IOException($"Input/output error: '{path}'.");
        foreach (string gone in stored.Keys.Where(entry => Path.GetDirectoryName(entry) == path && !seen.ContainsKey(entry)).ToArray()) stored.Remove(gone);
        foreach (var entry in seen.Where(entry => Path.GetDirectoryName(entry.Key) == path)) stored[entry.Key] = entry.Value;
    }

    public IDisposable Lock(string path, string owner, TimeSpan wait) => locked.Add(path) ? new Unlock(this, path) : throw new LogInUseException($"'{path}' is locked.");

    public bool TryLock(string path) => locked.Add(path);

    public void Unlocks(string path) => locked.Remove(path);

    sealed class Unlock(SimulatedFileSystem files, string path) : IDisposable
    {
        public void Dispose() => files.locked.Remove(path);
    }

    sealed class Handle(SimulatedFileSystem files, SimulatedFile file) : ILogFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long position) => file.Read(buffer, position);

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
        {
            if (files.FailsWrites) throw new IOException("Input/output error.");
            foreach (var buffer in buffers)
            {
                int room = (int)Math.Min(buffer.Length, files.FreeBytes);
                file.Write(buffer.Span[..room], position);
                files.FreeBytes -= room;
                if (room < buffer.Length) throw new IOException("No space left on device.");
                position += room;
            }
        }

        public void Sync()
        {
            files.Syncs++;
            if (files.DiesBeforeSync) throw new IOException("The process ended.");
            if (files.FailsSyncs)
            {
                file.FailSync();
                throw new IOException("Input/output error.");
            }

            file.Sync();
        }

        public void SetLength(long length)
        {
            if (files.DiesBeforeSync) throw new IOException("The process ended.");
            file.SetLength(length);
        }

        public void Dispose()
        {
        }
    }
}
