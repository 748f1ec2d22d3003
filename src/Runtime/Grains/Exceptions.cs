namespace Orrery.Runtime;

/// <summary>The grain's mailbox (or another bounded queue of the silo) is full. The call was not run; try again later.</summary>
public sealed class OverloadedException(string message) : Exception(message);

/// <summary>The silo does not take calls: it has not started, or it stops. The call was not run, or its outcome is not known.</summary>
public sealed class SiloUnavailableException(string message) : Exception(message);
