; Inno Setup script for Windows. UNTRIED: written from the documentation, not yet built or installed on Windows.
; On Windows: python dev.py build, then: ISCC.exe /DVersion=0.1.0 package\windows.iss
; The installer stands in dist\. Data of the clinic (%LOCALAPPDATA%\MyositisDesktop) is never touched, also not by
; uninstalling.
#ifndef Version
  #error Name the version: /DVersion=0.1.0
#endif

[Setup]
AppId={{6B0B8C1E-5C0E-4A8B-9C53-7A0B1E6D42F1}
AppName=Myositis Desktop
AppVersion={#Version}
DefaultDirName={autopf}\Myositis Desktop
DefaultGroupName=Myositis Desktop
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir=..\dist
OutputBaseFilename=myositis-desktop-{#Version}-windows-setup
LicenseFile=..\LICENSE
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
DisableProgramGroupPage=yes
CloseApplications=yes

[Files]
Source: "..\dist\myositis-desktop\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{group}\Myositis Desktop"; Filename: "{app}\myositis-desktop.exe"
Name: "{autodesktop}\Myositis Desktop"; Filename: "{app}\myositis-desktop.exe"; Tasks: desktopicon

[Tasks]
Name: desktopicon; Description: "A sign on the desktop"; Flags: unchecked

[Run]
Filename: "{app}\myositis-desktop.exe"; Description: "Start Myositis Desktop"; Flags: nowait postinstall skipifsilent
