namespace Orrery.Connectors.Sqlite;

/// <summary>How large a file is.</summary>
/// <param name="FilePath">The database file.</param>
/// <param name="FileBytes">Its length.</param>
/// <param name="LogBytes">Length of its write-ahead log.</param>
/// <param name="FreePageBytes">Part of the file that holds nothing and will be used again.</param>
/// <param name="VolumeFreeBytes">Room left on its volume; null where unknown.</param>
public sealed record SqliteSizes(string FilePath, long FileBytes, long LogBytes, long FreePageBytes, long? VolumeFreeBytes);
