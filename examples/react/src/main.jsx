import { createRoot } from "react-dom/client";
import { InstallPage } from "./install-page.tsx";

createRoot(document.getElementById("root")).render(<InstallPage />);
