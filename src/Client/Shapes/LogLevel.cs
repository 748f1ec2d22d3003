namespace Orrery.Client;

/// <summary>How bad a log line is.</summary>
public enum LogLevel
{
    /// <summary>Finest detail.</summary>
    Trace,
    /// <summary>For developers.</summary>
    Debug,
    /// <summary>The normal course.</summary>
    Information,
    /// <summary>Unusual, handled.</summary>
    Warning,
    /// <summary>Something failed.</summary>
    Error,
    /// <summary>The server or a whole function is down.</summary>
    Critical,
}
