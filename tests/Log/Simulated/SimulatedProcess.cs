using Orrery.Log.Files;

namespace Orrery.Log.Tests.Simulated;

/// <summary>One process's way to a disk that it shares with others. Before each operation others may go on, and the process may end: then nothing of it reaches a file any more.</summary>
sealed class SimulatedProcess(SimulatedFileSystem disk, Action yield) : ILogFileSystem
{
    readonly HashSet<string> locks = [];

    /// <summary>Operations until the process ends by itself.</summary>
    public int OperationsLeft { get; set; } = int.MaxValue;

    /// <summary>The next so many writes fail, some of them after half of their bytes.</summary>
    public int FailingWrites { get; set; }

    public bool HasEnded { get; private set; }

    public void End()
    {
        HasEnded = true;
        foreach (string path in locks) disk.Unlocks(path);
        locks.Clear();
    }

    public void CreateDirectory(string path) => Step();

    public IReadOnlyList<string> ListFiles(string directory)
    {
        Step();
        return disk.ListFiles(directory);
    }

    public IReadOnlyList<string> ListDirectories(string directory)
    {
        Step();
        return disk.ListDirectories(directory);
    }

    public ILogFile OpenWrite(string path)
    {
        Step();
        return new Handle(this, disk.OpenWrite(path));
    }

    public ILogFile OpenRead(string path)
    {
        Step();
        return new Handle(this, disk.OpenRead(path));
    }

    public void Delete(string path)
    {
        Step();
        disk.Delete(path);
    }

    public void Rename(string from, string to)
    {
        Step();
        disk.Rename(from, to);
    }

    public DiskFree Space(string directory) => disk.Space(directory);

    public void SyncDirectory(string path)
    {
        Step();
        disk.SyncDirectory(path);
    }

    public IDisposable Lock(string path, string owner, TimeSpan wait)
    {
        for (int turn = 0; turn < 100_000; turn++)
        {
            Step();
            if (!disk.TryLock(path)) continue;
            locks.Add(path);
            return new Unlock(this, path);
        }

        throw new LogInUseException($"'{path}' is taken for ever.");
    }

    void Step()
    {
        yield();
        if (!HasEnded && --OperationsLeft <= 0) End();
        if (HasEnded) throw new ProcessEndedException();
    }

    sealed class Unlock(SimulatedProcess process, string path) : IDisposable
    {
        public void Dispose() => process.Let(path);
    }

    void Let(string path)
    {
        if (locks.Remove(path)) disk.Unlocks(path);
    }

    sealed class Handle(SimulatedProcess process, ILogFile file) : ILogFile
    {
        public long Length
        {
            get
            {
                process.Step();
                return file.Length;
            }
        }

        public int Read(Span<byte> buffer, long position)
        {
            process.Step();
            return file.Read(buffer, position);
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
        {
            // Not in one step: another process may look in between.
            foreach (var buffer in buffers)
            {
                int half = buffer.Length / 2;
                process.Step();
                file.Write([buffer[..half]], position);
                process.Step();
                if (process.FailingWrites > 0)
                {
                    process.FailingWrites--;
                    throw new IOException("No space left on device.");
                }

                file.Write([buffer[half..]], position + half);
                position += buffer.Length;
            }
        }

        public void Sync()
        {
            process.Step();
            file.Sync();
        }

        public void SetLength(long length)
        {
            process.Step();
            file.SetLength(length);
        }

        public void Dispose()
        {
        }
    }
}

sealed class ProcessEndedException() : Exception("The process ended.");
