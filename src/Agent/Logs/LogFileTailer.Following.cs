using Microsoft.Win32.SafeHandles;

namespace Orrery.Agent.Logs;

// Which file is which: new, renamed, cut, copied, gone.
internal sealed partial class LogFileTailer
{
    /// <summary>Finds the kept files again: under their path, elsewhere in its folder, or as a copy.</summary>
    void Restore(IReadOnlyList<FileCheckpoint> kept)
    {
        foreach (FileCheckpoint checkpoint in kept)
        {
            int index = Array.FindIndex(sources, source => source.Source.Name == checkpoint.Source);
            if (index < 0)
                continue;
            var identity = new FileIdentity(checkpoint.Device, checkpoint.Inode);
            var file = new TrackedFile(sources[index].Source, sources[index].Splitter, checkpoint.Number, checkpoint.Path, identity)
            {
                Offset = checkpoint.Offset,
                Text = checkpoint.Encoding.Length == 0 ? null : LogText.Find(checkpoint.Encoding),
                Head = checkpoint.Head,
                Tail = checkpoint.Tail,
                Ended = checkpoint.Ended,
                HasCopy = checkpoint.HasCopy,
                IsCopy = checkpoint.IsCopy,
                SeenMilliseconds = checkpoint.SeenMilliseconds,
            };
            files.Add(file);
        }

        foreach (TrackedFile file in files.Where(file => !file.Ended).ToArray())
            Guarded(file.Path, () => FindAgain(file));
    }

    void FindAgain(TrackedFile file)
    {
        foreach (string path in (IEnumerable<string>)[file.Path, .. Siblings(file.Path)])
        {
            if (TryOpen(path) is not { } handle)
                continue;
            if (FileIdentity.Of(handle, path) != file.Identity)
            {
                handle.Dispose();
                continue;
            }

            file.Path = path;
            file.Handle = handle;
            file.GrownAt = time.GetUtcNow();
            return;
        }

        End(file, LogNoticeKind.Disappeared);
    }

    /// <summary>Looks at a file's length and, if it changed, whether it still is the file that was read.</summary>
    void Examine(TrackedFile file, DateTimeOffset now)
    {
        if (file.Ended)
            return;
        if (file.Handle is null && !Open(file, now))
            return;
        SafeFileHandle handle = file.Handle!;
        var stamp = (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
        if (stamp == file.Stamp)
            return;
        if (file.Original is { } original)
        {
            ExamineCopy(file, original, stamp.Item1, now);
            return;
        }

        if (stamp.Item1 < file.Offset || !file.Head.Matches(handle) || !file.Tail.Matches(handle))
        {
            Restart(file, now);
            return;
        }

        if (file.Head.Length < HeadBytes && file.Head.Length < stamp.Item1)
            file.Head = FilePrint.Of(handle, 0, HeadBytes);
        if (stamp.Item1 != file.Stamp.Length)
            file.GrownAt = now;
        file.Stamp = stamp;
    }

    /// <summary>Opens a file whose handle was closed for being idle; only if its path shows that something happened.</summary>
    bool Open(TrackedFile file, DateTimeOffset now)
    {
        var info = new FileInfo(file.Path);
        if (info.Exists && (info.Length, info.LastWriteTimeUtc) == file.Stamp && (file.Offset >= info.Length || file.Original is not null))
            return false;
        if (TryOpen(file.Path) is { } handle)
        {
            if (FileIdentity.Of(handle, file.Path) == file.Identity)
            {
                file.Handle = handle;
                return true;
            }

            handle.Dispose();
        }

        FindAgain(file);
        file.GrownAt = now;
        return file.Handle is not null;
    }

    /// <summary>The file was cut, or holds other bytes: what was read of it ended, what it holds now is a new file.</summary>
    void Restart(TrackedFile file, DateTimeOffset now)
    {
        var next = new TrackedFile(file.Source, file.Splitter, nextNumber++, file.Path, file.Identity) { Handle = file.Handle, GrownAt = now, Gone = file.Gone, SeenMilliseconds = now.ToUnixTimeMilliseconds() };
        file.Handle = null;
        End(file, LogNoticeKind.Truncated);
        files.Add(next);
        Examine(next, now);
    }

    /// <summary>Nothing more comes from a file, unless a copy of it holds more.</summary>
    void End(TrackedFile file, LogNoticeKind kind)
    {
        file.Ended = true;
        file.Close();
        if (file.Original is not null || file.IsCopy)
            return;
        bool noted = files.Exists(other => other.Original == file);
        if (FindCopy(file) is { } copy)
        {
            file.HasCopy = true;
            files.Add(copy);
        }
        else if (!noted && (kind != LogNoticeKind.Disappeared || file.Stamp.Length != file.Offset))
        {
            notify(new LogNotice(kind, $"'{file.Path}' of source '{file.Source.Name}' was read up to byte {file.Offset}; what followed there is not known."));
        }

        foreach (TrackedFile other in files.Where(other => other.Original == file).ToArray())
        {
            files.Remove(other);
            if ((other.Handle ?? TryOpen(other.Path)) is { } handle)
                files.Add(ReadAlready(file, other.Path, other.Identity, handle));
        }
    }

    TrackedFile? FindCopy(TrackedFile file)
    {
        foreach (string path in Siblings(file.Path))
        {
            if (!MayBeCopyByName(path, file.Path) || TryOpen(path) is not { } handle)
                continue;
            FileIdentity identity = FileIdentity.Of(handle, path);
            TrackedFile? known = files.Find(other => other.Identity == identity && !other.Ended);
            if (identity != file.Identity && (known is null || known.Original == file) && IsCopy(handle, file))
            {
                if (known is not null)
                    files.Remove(known);
                known?.Dispose();
                return CopyOf(file, path, identity, handle);
            }

            handle.Dispose();
        }

        return null;
    }

    TrackedFile CopyOf(TrackedFile file, string path, FileIdentity identity, SafeFileHandle handle) => new(file.Source, file.Splitter, file.Number, path, identity)
    {
        Offset = file.Offset,
        Text = file.Text,
        Head = file.Head,
        Tail = file.Tail,
        IsCopy = true,
        Handle = handle,
        GrownAt = time.GetUtcNow(),
        SeenMilliseconds = time.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    /// <summary>A copy of which everything was read in its original: only what is added to it is new.</summary>
    TrackedFile ReadAlready(TrackedFile original, string path, FileIdentity identity, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        int tail = (int)Math.Min(TailBytes, length);
        return new TrackedFile(original.Source, original.Splitter, nextNumber++, path, identity)
        {
            Offset = length,
            Text = original.Text,
            Head = FilePrint.Of(handle, 0, HeadBytes),
            Tail = FilePrint.Of(handle, length - tail, tail),
            IsCopy = true,
            Handle = handle,
            GrownAt = time.GetUtcNow(),
            SeenMilliseconds = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>A noted copy changed: it stays one as long as the original has the same bytes.</summary>
    void ExamineCopy(TrackedFile copy, TrackedFile original, long length, DateTimeOffset now)
    {
        copy.Stamp = (length, File.GetLastWriteTimeUtc(copy.Handle!));
        if (original.Handle is not { } source)
            return;
        if (IsPartOf(copy.Handle!, source))
            return;
        // It grew apart: a file of its own, of which nothing was read.
        copy.Original = null;
        copy.GrownAt = now;
    }

    void Scan(DateTimeOffset now)
    {
        var seen = new HashSet<TrackedFile>();
        var known = new Dictionary<FileIdentity, TrackedFile>();
        foreach (TrackedFile file in files)
            if (!file.Ended || !known.ContainsKey(file.Identity))
                known[file.Identity] = file;
        foreach (var (source, splitter, patterns) in sources)
            foreach (PathPattern pattern in patterns)
                foreach (string path in Listed(pattern, source))
                    Guarded(path, () => See(path, source, splitter, known, seen, now));
        foreach (TrackedFile file in files)
        {
            file.Gone = !seen.Contains(file);
            if (!file.Gone)
                file.SeenMilliseconds = now.ToUnixTimeMilliseconds();
        }

        long oldest = (now - ForgetAfter).ToUnixTimeMilliseconds();
        foreach (TrackedFile file in files.Where(file => file.Gone && file.SeenMilliseconds < oldest && (file.Ended || file.Stamp.Length <= file.Offset)).ToArray())
        {
            file.Dispose();
            files.Remove(file);
        }
    }

    void See(string path, LogSource source, LogSplitter splitter, Dictionary<FileIdentity, TrackedFile> known, HashSet<TrackedFile> seen, DateTimeOffset now)
    {
        if (TryOpen(path) is not { } handle)
            return;
        FileIdentity identity = FileIdentity.Of(handle, path);
        if (known.TryGetValue(identity, out TrackedFile? same) && (!same.Ended || (!same.HasCopy && IsCopy(handle, same))))
        {
            // One that was let go and comes back under a name of the patterns goes on where it was left.
            same.Ended = false;
            same.Path = path;
            seen.Add(same);
            handle.Dispose();
            return;
        }

        if (files.Count >= FilesMax)
        {
            handle.Dispose();
            notify(new LogNotice(LogNoticeKind.TooManyFiles, $"'{path}' is not read: {FilesMax} files are followed already. Narrow the patterns of source '{source.Name}'."));
            return;
        }

        TrackedFile file = NewFile(path, source, splitter, identity, handle, now);
        files.Add(file);
        known[identity] = file;
        seen.Add(file);
        Examine(file, now);
    }

    TrackedFile NewFile(string path, LogSource source, LogSplitter splitter, FileIdentity identity, SafeFileHandle handle, DateTimeOffset now)
    {
        TrackedFile? original = files.Find(other => other.Source == source && other.Original is null && !other.IsCopy && MayBeCopyByName(path, other.Path) && LooksCopied(handle, other, now));
        if (original is { Ended: true })
        {
            bool goesOn = !original.HasCopy && IsCopy(handle, original);
            original.HasCopy = true;
            return goesOn ? CopyOf(original, path, identity, handle) : ReadAlready(original, path, identity, handle);
        }

        var file = new TrackedFile(source, splitter, nextNumber++, path, identity) { Handle = handle, GrownAt = now, Original = original };
        if (original is null && firstStart && scannedAt is null && !source.FromBeginning)
            SkipToEnd(file, handle);
        return file;
    }

    /// <summary>Begins after the last line end that is there.</summary>
    static void SkipToEnd(TrackedFile file, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        if (!Settle(file, handle, length, veryStill: true))
            return;
        byte[] last = new byte[(int)Math.Min(length - file.Offset, 64 << 10) & ~1];
        long start = length - last.Length - ((length - last.Length) % file.Text!.Unit);
        int count = FilePrint.ReadFully(handle, last, start), end = 0;
        for (int next; (next = file.Text.EndOfLine(last.AsSpan(end, count - end))) > 0;)
            end += next;
        file.Offset = end > 0 ? start + end : length;
        file.Head = FilePrint.Of(handle, 0, HeadBytes);
    }

    /// <summary>Whether a file that appeared was copied from one that is followed, or was until lately: it begins alike, and goes on alike as far as that is known.</summary>
    static bool LooksCopied(SafeFileHandle handle, TrackedFile other, DateTimeOffset now)
    {
        if (other.Head.Length < NotedBytesMin || !other.Head.Matches(handle))
            return false;
        if (other.Ended)
            return IsCopy(handle, other) || (RandomAccess.GetLength(handle) <= other.Offset && now.ToUnixTimeMilliseconds() - other.SeenMilliseconds < CopyDelayMax.TotalMilliseconds);
        return IsCopy(handle, other) || (other.Handle is { } source && IsPartOf(handle, source));
    }

    static bool IsPartOf(SafeFileHandle copy, SafeFileHandle original)
    {
        long length = RandomAccess.GetLength(copy);
        int count = (int)Math.Min(TailBytes, length);
        return length <= RandomAccess.GetLength(original) && FilePrint.Of(copy, length - count, count).Matches(original);
    }

    static bool IsCopy(SafeFileHandle handle, TrackedFile file) =>
        RandomAccess.GetLength(handle) >= file.Offset && file.Head.Length >= CopyBytesMin && file.Head.Matches(handle) && file.Tail.Matches(handle);

    /// <summary>Rotation keeps the name's stem: <c>app.log</c> becomes <c>app.log.1</c> or <c>app-20261121.log</c>.</summary>
    static bool MayBeCopyByName(string path, string original) =>
        path != original && Path.GetDirectoryName(path) == Path.GetDirectoryName(original) && Path.GetFileName(path).StartsWith(Path.GetFileNameWithoutExtension(original), StringComparison.Ordinal);

    IEnumerable<string> Siblings(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        return folder is not null && Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(other => other != path).ToArray() : [];
    }

    string[] Listed(PathPattern pattern, LogSource source)
    {
        try
        {
            return [.. pattern.Find().Where(path => !source.Except.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            notify(new LogNotice(LogNoticeKind.Unreadable, $"The folders of source '{source.Name}' cannot be listed: {error.Message}"));
            return [];
        }
    }

    static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
