using System.Text;

namespace Orrery.Agent.Linux;

internal readonly record struct Mount(string Device, string Path, string FileSystem);

/// <summary>File systems that hold data of this machine, from /proc/self/mounts.</summary>
internal static class MountTable
{
    // Network file systems are left out: asking a dead one for its space hangs.
    static readonly HashSet<string> Kinds = new(StringComparer.Ordinal)
    {
        "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "overlay",
    };

    /// <summary>Each device once, by the mount with the shortest path: bind mounts repeat the same space.</summary>
    public static List<Mount> Parse(ReadOnlySpan<byte> text)
    {
        var mounts = new List<Mount>();
        var lines = new Fields(text);
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            var fields = new Fields(line);
            string device = Unescape(fields.Next()), path = Unescape(fields.Next()), kind = Encoding.UTF8.GetString(fields.Next());
            if (!Kinds.Contains(kind) || (kind == "overlay" && path != "/"))
                continue;
            int same = mounts.FindIndex(m => m.Device == device && device.StartsWith('/'));
            if (same < 0)
                mounts.Add(new Mount(device, path, kind));
            else if (path.Length < mounts[same].Path.Length)
                mounts[same] = new Mount(device, path, kind);
        }
        return mounts;
    }

    /// <summary>The kernel writes blanks, tabs, line ends and backslashes as three octal digits.</summary>
    static string Unescape(ReadOnlySpan<byte> field)
    {
        if (field.IndexOf((byte)'\\') < 0)
            return Encoding.UTF8.GetString(field);
        var plain = new byte[field.Length];
        int length = 0;
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length)
            {
                plain[length++] = (byte)((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + (field[i + 3] - '0'));
                i += 3;
            }
            else
                plain[length++] = field[i];
        }
        return Encoding.UTF8.GetString(plain, 0, length);
    }
}
