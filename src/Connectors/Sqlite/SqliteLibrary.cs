using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// Chooses the SQLite engine for the process. The operating system's own library comes first, because it receives security fixes; the one
/// bundled with the package serves where the system has none or one too old for the statements used here.
/// </summary>
public static class SqliteLibrary
{
    /// <summary>3.35.0: the first with RETURNING.</summary>
    public const int VersionNumberMin = 3_035_000;

    static readonly Lock Gate = new();
    static bool ready;
    static string source = "bundled";

    /// <summary>The engine's version and where it came from, for instance <c>3.40.1 (libsqlite3.so.0)</c>.</summary>
    public static string Description
    {
        get
        {
            Initialize();
            return $"{raw.sqlite3_libversion().utf8_to_string()} ({source})";
        }
    }

    /// <summary>Loads the engine once; later calls do nothing. Call before any use of SQLite in the process.</summary>
    public static void Initialize()
    {
        lock (Gate)
        {
            if (ready) return;
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            Batteries_V2.Init();
            ready = true;
        }
    }

    static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != "e_sqlite3") return IntPtr.Zero;
        foreach (var candidate in SystemNames())
        {
            if (!NativeLibrary.TryLoad(candidate, out var library)) continue;
            if (IsUsable(library))
            {
                source = candidate;
                return library;
            }

            NativeLibrary.Free(library);
        }

        return IntPtr.Zero; // The runtime's own search finds the bundled library.
    }

    static IReadOnlyList<string> SystemNames()
    {
        if (OperatingSystem.IsWindows()) return ["winsqlite3.dll"];
        if (OperatingSystem.IsMacOS()) return ["/usr/lib/libsqlite3.dylib"];
        return ["libsqlite3.so.0"];
    }

    static bool IsUsable(IntPtr library) =>
        NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version)
        && NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out var threadsafe)
        && Marshal.GetDelegateForFunctionPointer<NumberFunction>(version)() >= VersionNumberMin
        && Marshal.GetDelegateForFunctionPointer<NumberFunction>(threadsafe)() != 0;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int NumberFunction();
}
